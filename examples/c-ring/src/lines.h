#ifndef LINES_H
#define LINES_H

#include "ring.h"

/* Appends a line and its end; the oldest lines go when there is no room. False when it can never fit. */
bool lines_push(struct ring *ring, const char *line);

/* How many lines there are. */
size_t lines_count(const struct ring *ring);

/* Copies a line without its end, the oldest being 0; cut to fit, always terminated. Returns its whole length, or -1. */
long lines_get(const struct ring *ring, size_t number, char *out, size_t size);

/* The length of the longest line. */
size_t lines_widest(const struct ring *ring);

#endif

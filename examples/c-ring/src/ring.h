#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stddef.h>

/* A fixed number of bytes, first in, first out. The caller owns the storage. */
struct ring {
    char *bytes;
    size_t capacity;
    size_t head; /* where the oldest byte is */
    size_t used;
};

void ring_init(struct ring *ring, char *storage, size_t capacity);

size_t ring_free(const struct ring *ring);

/* Appends all bytes, or none when they do not fit. */
bool ring_write(struct ring *ring, const char *bytes, size_t count);

/* Takes at most count bytes out; returns how many. */
size_t ring_read(struct ring *ring, char *out, size_t count);

/* The byte at a distance from the oldest one; the index must be below used. */
char ring_at(const struct ring *ring, size_t index);

/* Forgets the oldest bytes. */
void ring_drop(struct ring *ring, size_t count);

#endif

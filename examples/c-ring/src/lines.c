#include "lines.h"

#include <string.h>

static size_t line_length(const struct ring *ring, size_t start)
{
    size_t length = 0;
    while (start + length < ring->used && ring_at(ring, start + length) != '\n')
        length++;
    return length;
}

/* Where a line starts; used when there is no such line. */
static size_t line_start(const struct ring *ring, size_t number)
{
    size_t start = 0;
    while (number > 0 && start < ring->used) {
        start += line_length(ring, start) + 1;
        number--;
    }
    return start;
}

bool lines_push(struct ring *ring, const char *line)
{
    size_t length = strlen(line);
    size_t needed = length + 1;
    if (needed > ring->capacity)
        return false;

    while (ring_free(ring) <= needed)
        ring_drop(ring, line_length(ring, 0) + 1);
    return ring_write(ring, line, length) && ring_write(ring, "\n", 1);
}

size_t lines_count(const struct ring *ring)
{
    size_t count = 0;
    for (size_t i = 0; i < ring->used; i++) {
        if (ring_at(ring, i) == '\n')
            count++;
    }
    return count;
}

long lines_get(const struct ring *ring, size_t number, char *out, size_t size)
{
    size_t start = line_start(ring, number);
    if (start >= ring->used || size == 0)
        return -1;

    size_t length = line_length(ring, start);
    size_t copied = length < size ? length : size - 1;
    for (size_t i = 0; i < copied; i++)
        out[i] = ring_at(ring, start + i);
    out[copied] = '\0';
    return (long)length;
}

size_t lines_widest(const struct ring *ring)
{
    size_t widest = 0;
    for (size_t start = 0; start < ring->used; start += line_length(ring, start) + 1) {
        size_t length = line_length(ring, start);
        if (length > widest)
            widest = length;
    }
    return widest;
}

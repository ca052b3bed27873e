#include "ring.h"

#include <string.h>

void ring_init(struct ring *ring, char *storage, size_t capacity)
{
    ring->bytes = storage;
    ring->capacity = capacity;
    ring->head = 0;
    ring->used = 0;
}

size_t ring_free(const struct ring *ring)
{
    return ring->capacity - ring->used;
}

bool ring_write(struct ring *ring, const char *bytes, size_t count)
{
    if (count > ring_free(ring))
        return false;

    size_t tail = (ring->head + ring->used) % ring->capacity;
    size_t first = ring->capacity - tail;
    if (first > count)
        first = count;
    memcpy(ring->bytes + tail, bytes, first);
    memcpy(ring->bytes, bytes + first, count - first);
    ring->used += count;
    return true;
}

size_t ring_read(struct ring *ring, char *out, size_t count)
{
    if (count > ring->used)
        count = ring->used;
    for (size_t i = 0; i < count; i++)
        out[i] = ring_at(ring, i);
    ring_drop(ring, count);
    return count;
}

char ring_at(const struct ring *ring, size_t index)
{
    return ring->bytes[(ring->head + index) % ring->capacity];
}

void ring_drop(struct ring *ring, size_t count)
{
    if (count > ring->used)
        count = ring->used;
    ring->head = (ring->head + count) % ring->capacity;
    ring->used -= count;
}

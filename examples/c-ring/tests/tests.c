#include "lines.h"

#include <stdio.h>
#include <string.h>

static int failures;
static int checks_failed;

#define CHECK_NUMBER(expected, actual) check_number(__LINE__, (long)(expected), (long)(actual))
#define CHECK_TEXT(expected, actual) check_text(__LINE__, expected, actual)

static void check_number(int line, long expected, long actual)
{
    if (expected == actual)
        return;
    printf("  tests/tests.c:%d: expected %ld, got %ld\n", line, expected, actual);
    checks_failed++;
}

static void check_text(int line, const char *expected, const char *actual)
{
    if (strcmp(expected, actual) == 0)
        return;
    printf("  tests/tests.c:%d: expected \"%s\", got \"%s\"\n", line, expected, actual);
    checks_failed++;
}

static void starts_empty(void)
{
    char storage[8];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    CHECK_NUMBER(8, ring_free(&ring));
    CHECK_NUMBER(0, lines_count(&ring));
}

static void reads_what_was_written(void)
{
    char storage[8], out[8] = "";
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    CHECK_NUMBER(1, ring_write(&ring, "abc", 3));
    CHECK_NUMBER(3, ring_read(&ring, out, 8));
    CHECK_TEXT("abc", out);
}

static void refuses_what_does_not_fit(void)
{
    char storage[4];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    CHECK_NUMBER(1, ring_write(&ring, "abc", 3));
    CHECK_NUMBER(0, ring_write(&ring, "de", 2));
    CHECK_NUMBER(1, ring_free(&ring));
}

static void wraps_round_the_end(void)
{
    char storage[5], out[6] = "";
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    ring_write(&ring, "abcd", 4);
    ring_drop(&ring, 3);
    CHECK_NUMBER(1, ring_write(&ring, "efgh", 4));
    CHECK_NUMBER(5, ring_read(&ring, out, 5));
    CHECK_TEXT("defgh", out);
}

static void drops_no_more_than_there_is(void)
{
    char storage[4];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    ring_write(&ring, "ab", 2);
    ring_drop(&ring, 9);
    CHECK_NUMBER(4, ring_free(&ring));
}

static void keeps_lines_in_order(void)
{
    char storage[32], out[16];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    lines_push(&ring, "one");
    lines_push(&ring, "two");
    CHECK_NUMBER(2, lines_count(&ring));
    CHECK_NUMBER(3, lines_get(&ring, 1, out, sizeof out));
    CHECK_TEXT("two", out);
}

static void says_when_there_is_no_such_line(void)
{
    char storage[32], out[16];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    lines_push(&ring, "one");
    CHECK_NUMBER(-1, lines_get(&ring, 1, out, sizeof out));
}

static void cuts_a_line_to_the_room_there_is(void)
{
    char storage[32], out[4];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    lines_push(&ring, "seven__");
    CHECK_NUMBER(7, lines_get(&ring, 0, out, sizeof out));
    CHECK_TEXT("sev", out);
}

static void keeps_an_empty_line(void)
{
    char storage[32], out[4];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    lines_push(&ring, "");
    lines_push(&ring, "x");
    CHECK_NUMBER(0, lines_get(&ring, 0, out, sizeof out));
    CHECK_NUMBER(1, lines_get(&ring, 1, out, sizeof out));
}

static void forgets_the_oldest_line_first(void)
{
    char storage[9], out[8];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    lines_push(&ring, "aa");
    lines_push(&ring, "bb");
    lines_push(&ring, "long");
    CHECK_NUMBER(2, lines_get(&ring, 0, out, sizeof out));
    CHECK_TEXT("bb", out);
}

static void uses_all_the_room_there_is(void)
{
    char storage[9], out[8];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    lines_push(&ring, "aa");
    lines_push(&ring, "bb");
    lines_push(&ring, "cc");
    CHECK_NUMBER(3, lines_count(&ring));
    lines_get(&ring, 0, out, sizeof out);
    CHECK_TEXT("aa", out);
}

static void refuses_a_line_longer_than_the_ring(void)
{
    char storage[4];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    CHECK_NUMBER(0, lines_push(&ring, "abcd"));
}

static void finds_the_widest_line(void)
{
    char storage[32];
    struct ring ring;
    ring_init(&ring, storage, sizeof storage);
    lines_push(&ring, "a");
    lines_push(&ring, "widest");
    lines_push(&ring, "wide");
    CHECK_NUMBER(6, lines_widest(&ring));
}

static void run(const char *name, void (*test)(void))
{
    checks_failed = 0;
    test();
    printf("%s: %s\n", checks_failed ? "FAIL" : "ok", name);
    failures += checks_failed > 0;
}

#define RUN(test) run(#test, test)

int main(void)
{
    RUN(starts_empty);
    RUN(reads_what_was_written);
    RUN(refuses_what_does_not_fit);
    RUN(wraps_round_the_end);
    RUN(drops_no_more_than_there_is);
    RUN(keeps_lines_in_order);
    RUN(says_when_there_is_no_such_line);
    RUN(cuts_a_line_to_the_room_there_is);
    RUN(keeps_an_empty_line);
    RUN(forgets_the_oldest_line_first);
    RUN(uses_all_the_room_there_is);
    RUN(refuses_a_line_longer_than_the_ring);
    RUN(finds_the_widest_line);
    printf("%d tests failed\n", failures);
    return failures > 0;
}

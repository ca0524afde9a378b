/*
 * load.h - what the load generators share: connections, numbers, clocks
 *
 * Blocking and without care: whatever goes wrong ends the program with a
 * message, so that a broken run cannot look like a fast one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ssl_st;

/* A connection and what was read of it ahead. */
struct link {
	int fd;
	struct ssl_st *tls; /* NULL: plain */
	char *held;
	size_t begin, end;
};

_Noreturn void die(const char *what);
_Noreturn void refused(const char *what, const char *line, size_t n);

void link_set_server(const char *host_port); /* for every link_open from then on */
void link_open(struct link *l, bool with_tls);
void link_close(struct link *l);
void link_send(struct link *l, const char *p, size_t n);
void link_say(struct link *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A line with its end, inside the link until the next read. */
const char *link_line(struct link *l, size_t *ret_n);
void link_skip(struct link *l, size_t n);
/* Reads lines until one begins with start; ends the program unless wanted follows. */
void link_expect(struct link *l, const char *start, const char *wanted);

uint32_t number_of(const char *argument);
double seconds(void);
/* Cuts list at its commas into at most room pieces, in place; returns how many. */
uint32_t split_list(char *list, char **pieces, uint32_t room);

/* Runs body(context) in so many threads and waits for all. */
void run_threads(uint32_t count, void *(*body)(void *), void *context);

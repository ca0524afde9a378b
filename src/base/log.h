/*
 * log.h - the one log sink: an event, then typed fields, one line each
 *
 *     log_event(LOG_INFO, "smtp.accepted", LOG_STR("from", from), LOG_INT("size", n));
 *
 *     2026-01-05T10:52:37.042Z info smtp.accepted from=jo@example.org size=1204
 *     {"time":"2026-01-05T10:52:37.042Z","level":"info","event":"smtp.accepted",...}
 *
 * In the text form a value with blanks, quotes, "=", control or non-UTF-8
 * octets (or none at all) is quoted and escaped, so that no peer can forge a
 * line or a field. Events and keys are literals of ours: lower case, dots and
 * dashes. Never log a secret. Thread safe; each line is one write(2), short
 * enough to be whole even in a pipe that processes share. A line that cannot
 * be written is lost: logging never stops the work.
 */
#pragma once

#include "base/err.h"
#include "base/slice.h"

enum {
	LOG_VALUE_MAX = 500, /* octets of a string value; the rest is cut off */
	LOG_LINE_MAX =
		4096, /* octets, LF included (PIPE_BUF); fields past it are left out */
};

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_LEVEL_COUNT };
enum log_format { LOG_TEXT, LOG_JSON };

/* At the start: level info, format text, standard error. May be called at any time. */
void log_set_level(enum log_level least);
void log_set_format(enum log_format format);
void log_set_fd(int fd); /* stays the caller's */

const char *log_level_name(enum log_level level); /* "debug", "info", ... */
bool log_level_of(slice name, enum log_level *ret);

enum log_type { LOG_TYPE_STRING, LOG_TYPE_INT, LOG_TYPE_BOOL };

struct log_field {
	const char *key;
	enum log_type type;
	union {
		slice string;
		int64_t number;
		bool flag;
	};
};

/* Macros, for they make initialisers of an array. */
#define LOG_STR(k, value)                                                                \
	{                                                                                \
		.key = (k), .type = LOG_TYPE_STRING, .string = (value)                   \
	}
#define LOG_TEXT_OF(k, text) LOG_STR(k, slice_of(text)) /* of a NUL-terminated string */
#define LOG_ERR(k, e) LOG_TEXT_OF(k, err_name(e))
#define LOG_INT(k, value)                                                                \
	{                                                                                \
		.key = (k), .type = LOG_TYPE_INT, .number = (int64_t)(value)             \
	}
#define LOG_BOOL(k, value)                                                               \
	{                                                                                \
		.key = (k), .type = LOG_TYPE_BOOL, .flag = (value)                       \
	}

bool log_enabled(enum log_level level);
/* fields ends with an entry without key. */
void log_write(enum log_level level, const char *event, const struct log_field *fields);

/* log_event(level, event, fields...): the fields, none or more, are not evaluated when
 * the level is filtered out. */
#define log_event(level, ...)                                                            \
	(log_enabled(level) ? log_write(level, LOG_FIRST(__VA_ARGS__, ),                 \
					(const struct log_field[]){ LOG_REST(            \
						__VA_ARGS__, { .key = NULL }) })         \
			    : (void)0)
#define LOG_FIRST(event, ...) event
#define LOG_REST(event, ...) __VA_ARGS__

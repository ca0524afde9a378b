/*
 * session.h - the inside of an IMAP session; for the files of this folder
 *
 *   NEW --LOGIN, AUTHENTICATE--> AUTHENTICATED --SELECT, EXAMINE--> SELECTED
 *                                      ^----CLOSE, UNSELECT, failed SELECT----'
 *   any --LOGOUT, time limit, end of input, imap_end--> closing (want CLOSE)
 *
 * One command is in hand at a time: s->task. While it waits the engine wants
 * JOB, HOST or DRAIN and takes no input; IDLE and AUTHENTICATE take lines of
 * their own (input.reader) and want INPUT.
 */
#pragma once

#include "imap/imap.h"
#include "imap/input.h"
#include "imap/names.h"
#include "imap/task.h"
#include "imap/view.h"

enum state {
	STATE_NEW = 1,
	STATE_AUTHENTICATED = 2,
	STATE_SELECTED = 4,
	STATE_CLOSING = 8
};

/* What the client has asked to be told or told otherwise: by ENABLE (RFC 5161) or by
 * commands that imply it (RFC 7162 3.1). */
enum enabled {
	ENABLED_CONDSTORE = 1,
	ENABLED_QRESYNC = 2,   /* never without ENABLED_CONDSTORE */
	ENABLED_UTF8 = 4,      /* RFC 6855 */
	ENABLED_REV2 = 8,      /* RFC 9051 instead of RFC 3501 */
	ENABLED_UIDONLY = 16,  /* RFC 9586: no message is told or named by its number */
	ENABLED_METADATA = 32, /* changed annotations are told (RFC 5464 4.1) */
};

struct imap {
	struct engine engine; /* first */
	const struct imap_config *config;
	const struct imap_host *ops;
	void *host;
	struct tls_facts tls;
	bool has_tls;

	enum state state;
	enum want want;
	struct input input;
	struct buf output;
	struct compression
		*compression;         /* after COMPRESS: what input and output go through
				       */
	struct task *task;            /* the command in hand, or NULL */
	struct sasl_server *exchange; /* while AUTHENTICATE or LOGIN is in hand */

	int64_t account; /* after login */
	bool read_only;  /* the login may change nothing */
	bool is_admin;   /* may see and set the quotas of all accounts */
	char *root;      /* what names.root points into */
	char *hidden;    /* capabilities, as words; or NULL */
	char *jmap;      /* where the mail is by JMAP; or NULL */
	struct names names;
	struct view *view;       /* while SELECTED */
	unsigned enabled;        /* enum enabled */
	struct notify *notify;   /* after NOTIFY */
	struct refusal too_many; /* messages: made by cmd_append.c, which says when */
	char too_many_code[32];
	uint64_t metadata_told; /* changes of annotations up to here, once enabled */

	int64_t opened;          /* UNIX seconds: the time to log in runs from here */
	unsigned faults;         /* BAD answers since the last OK */
	unsigned early_commands; /* answered before login */
	unsigned login_failures;
	int64_t watched; /* account whose changes it hears of, beside its own; 0: none */
	bool watches_others; /* and of more, for NOTIFY; only while it hears of these */
	bool has_changed;    /* since the last look, while watching */
	bool ends_input;     /* the client sends no more */
	slice farewell;      /* BYE with this text as soon as no job runs; or empty */
};

/* engine.c */
void session_bye(struct imap *s, slice text); /* "* BYE text", then CLOSE */
/* The command in hand is done: answered and freed. The engine wants INPUT again, or DRAIN
 * first where there is much to send. */
void session_next(struct imap *s);
/* "tag OK [code] text"; an empty tag is "*". Counts the faults. */
void session_answer(struct imap *s, slice tag, enum answer how, slice code, slice text);
void session_continue(struct imap *s, slice text); /* "+ text" */
/* Whether more may be added now, or what is there should be sent first. */
bool session_has_room(const struct imap *s);
void session_enable(struct imap *s, unsigned bits);
void session_close_mailbox(struct imap *s); /* SELECTED becomes AUTHENTICATED */
/* Hears of changes while this is on, and as long as NOTIFY asks for them. */
void session_watch(struct imap *s, bool idles);

/* cmd_login.c: a line of the client's within AUTHENTICATE. */
void authenticate_line(struct imap *s, slice line);
/* cmd_idle.c: a line within IDLE; something changed. */
void idle_line(struct imap *s, slice line);
void idle_changed(struct imap *s);

/*
 * commands.h - the table of commands, and how one is run
 *
 * What decides whether a command may run is a column, not its handler's
 * business. A new command is a row and a command_ops.
 */
#pragma once

#include "imap/lexer.h"
#include "imap/task.h"

enum {
	TAKES_SET = 1,        /* a sequence set comes first */
	UID_TAKES_SET = 2,    /* the same in the UID form only */
	HAS_UID_FORM = 4,     /* may stand behind UID (RFC 9051 6.4.9) */
	SYNCS = 8,            /* tells what else has changed in the mailbox */
	HOLDS_NUMBERS = 16,   /* tells no EXPUNGE, but in the UID form (RFC 9051 7.5.1) */
	CHANGES_MAILBOX = 32, /* not after EXAMINE */
	CHANGES_ACCOUNT = 64, /* not for a login that is read-only */
	HOLDS_SECRET = 128,   /* its text is blanked */
	AMONG_OTHERS = 1024,  /* in others' mailboxes too: its work asks for the rights */
};

struct command {
	slice verb;
	unsigned states; /* enum state: where it is legal */
	unsigned flags;
	const struct command_ops *ops;
};

/* A command that is refused before it has a task. code and text as of task_answer. */
struct refusal {
	enum answer how;
	slice code, text;
};

/* How the literal that ends the text so far is to be taken. */
enum literal_use { LITERAL_REFUSED, LITERAL_GATHERED, LITERAL_STREAMED };
/* For LITERAL_STREAMED the command has made its task and takes the octets. */
enum literal_use command_literal(struct imap *s, const struct literal *l,
				 const struct refusal **ret_why);
/* The whole command is in s->input.text: it becomes a task and starts. */
void command_run(struct imap *s);
/* Whether the client may be told EXPUNGE at the end of this command. */
bool command_tells_expunge(const struct task *t);

extern const struct refusal refused_too_long, refused_literal, refused_syntax,
	refused_read_only;

/* The beginning of a command: tag SP ["UID" SP] verb. */
struct opening {
	slice tag;
	const struct command *command;
	bool by_uid;
};

/* cmd_append.c: a literal behind args; then the octets of a message, and the line
 * behind it. */
enum literal_use append_literal(struct imap *s, const struct opening *o, slice args,
				const struct literal *l, const struct refusal **ret_why);
void append_octets(struct imap *s, slice octets);
void append_line(struct imap *s, slice line);

extern const struct command_ops append_ops, authenticate_ops, capability_ops, check_ops,
	close_ops, copy_ops, create_ops, delete_ops, deleteacl_ops, enable_ops,
	examine_ops, expunge_ops, fetch_ops, getacl_ops, listrights_ops, myrights_ops,
	setacl_ops, getmetadata_ops, getquota_ops, getquotaroot_ops, setmetadata_ops,
	setquota_ops, id_ops, idle_ops, list_ops, login_ops, logout_ops, lsub_ops,
	move_ops, namespace_ops, noop_ops, rename_ops, search_ops, select_ops, sort_ops,
	starttls_ops, status_ops, store_ops, subscribe_ops, unselect_ops, unsubscribe_ops;

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
	STREAMS = 256,        /* its messages are never gathered: as APPEND's */
	AMONG_OTHERS = 512,   /* in others' mailboxes too: its work asks for the rights */
};

struct command {
	slice verb;
	unsigned states; /* enum state: where it is legal */
	unsigned flags;
	const struct command_ops *ops;
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

/* Why the session may not change what this one would, or NULL. */
const struct refusal *command_prohibition(const struct imap *s, const struct command *c);

extern const struct refusal refused_too_long, refused_literal, refused_syntax;

/* The beginning of a command: tag SP ["UID" SP] verb. */
struct opening {
	slice tag;
	const struct command *command;
	bool by_uid;
};

/* cmd_append.c: a literal behind text, which is that behind the verb or, once there is
 * a task, behind the last streamed literal (o is then NULL); its octets; the end. */
enum literal_use append_literal(struct imap *s, const struct opening *o, slice text,
				const struct literal *l, const struct refusal **ret_why);
void append_octets(struct imap *s, slice octets);
void append_end(struct imap *s, slice text);

extern const struct command_ops append_ops, authenticate_ops, cancelupdate_ops,
	capability_ops, check_ops, close_ops, compress_ops, copy_ops, create_ops,
	delete_ops, deleteacl_ops, enable_ops, esearch_ops, examine_ops, expunge_ops,
	fetch_ops, getacl_ops, getjmapaccess_ops, getmetadata_ops, getquota_ops,
	getquotaroot_ops, id_ops, idle_ops, list_ops, listrights_ops, login_ops,
	logout_ops, lsub_ops, move_ops, myrights_ops, namespace_ops, noop_ops, notify_ops,
	rename_ops, replace_ops, search_ops, select_ops, setacl_ops, setmetadata_ops,
	setquota_ops, sort_ops, starttls_ops, status_ops, store_ops, subscribe_ops,
	thread_ops, unauthenticate_ops, unselect_ops, unsubscribe_ops;

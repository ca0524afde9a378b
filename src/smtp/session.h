/*
 * session.h - the state of a session, for the files of the engine only
 *
 *   FRESH   --EHLO-->  READY                                    ehlo.c
 *   READY   --MAIL-->  MAILED                                   transaction.c
 *   MAILED  --RCPT-->  NAMED; REFUSED while none was accepted
 *   NAMED   --BDAT-->  CHUNKED                                  chunks.c
 *   all     --RSET, EHLO, end of data, failure-->  READY        smtp_end_transaction
 *   READY   --STARTTLS-->  FRESH                                server.c
 *
 * In the phase COMMANDS lines are commands, in RESPONSES they answer a SASL challenge,
 * in CONTENT and CHUNK octets are the message. While `asked` names a question to the host
 * nothing is read. After the final reply to a message `leaving` keeps the transaction
 * until that reply has left (server.h).
 */
#pragma once

#include "base/arena.h"
#include "smtp/data.h"
#include "smtp/newlines.h"
#include "smtp/reply.h"
#include "smtp/server.h"

enum smtp_phase { COMMANDS, RESPONSES, CONTENT, CHUNK };

enum smtp_state {
	FRESH = 1,    /* no EHLO yet */
	READY = 2,    /* no transaction */
	MAILED = 4,   /* there is a sender */
	REFUSED = 8,  /* recipients were named, none was accepted */
	NAMED = 16,   /* there are recipients */
	CHUNKED = 32, /* and a part of the message */
	ANY = 63,
};

enum smtp_question { NOTHING, MAIL, RCPT, VERIFY, DELIVERY, EXCHANGE, LOGIN };

enum smtp_leaving { NOT_LEAVING, LEAVING, LEFT_LATE };

struct smtp_server {
	struct engine engine; /* first */
	const struct smtp_config *config;
	const struct smtp_host *ops;
	void *host;
	const struct tls_facts *tls; /* NULL in the clear */
	struct smtp_session_facts facts;
	struct buf output;
	struct buf helo, login, protocol; /* what facts points to */

	enum smtp_phase phase;
	enum smtp_state state;
	enum smtp_question asked;
	bool is_skipping; /* the rest of a line that was too long, */
	bool skips_login; /* which is one of AUTH */
	bool skipped_cr;  /* which was cut behind a CR */
	bool is_typed;   /* the last line ended with LF alone: somebody types, or pipes */
	bool wants_tls;  /* STARTTLS was answered */
	bool input_over; /* the client has closed its side */
	bool is_ending;  /* 421 with `farewell` when no command is in hand */
	bool is_closing; /* all is said */
	struct buf farewell;
	uint32_t faults, login_failures, idle_commands, mails;

	struct arena transaction; /* what `mail` points to */
	struct arena command;     /* what the command in hand points to */
	struct smtp_mail mail;
	uint32_t recipients; /* accepted ones */
	struct data_scanner scanner;
	struct newlines newlines; /* of content whose bare ones are mended */
	uint64_t chunk_left;      /* octets of BDAT that are still to come */
	bool is_last_chunk;
	const struct smtp_reply
		*chunk_refusal;   /* that it will get; NULL: it is content */
	enum err content_outcome; /* of the host's data() */
	enum smtp_leaving leaving;

	struct sasl_server *exchange; /* NULL when none is going on */
	char nonce[SASL_NONCE];       /* its */
};

/* ---- session.c ---- */

/* Answers the command in hand. Too many refusals in a row end the session. */
void smtp_reply(struct smtp_server *s, const struct smtp_reply *reply);
/* The same; an empty enhanced is the usual one of the code. */
void smtp_say(struct smtp_server *s, int code, slice enhanced, slice text);
/* 421 and the end. */
void smtp_end_now(struct smtp_server *s, slice enhanced, slice reason);
/* The end without a word; a transaction is over. */
void smtp_close(struct smtp_server *s);
/* Does what had to wait for the command in hand. */
void smtp_settle(struct smtp_server *s);
/* Brings facts up to date with what they are made of. */
void smtp_update_facts(struct smtp_server *s);

/* ---- the functions of the command table; arg is without blanks around it ---- */

void smtp_cmd_helo(struct smtp_server *s, slice arg); /* ehlo.c */
void smtp_cmd_ehlo(struct smtp_server *s, slice arg);
void smtp_cmd_mail(struct smtp_server *s, slice arg); /* transaction.c */
void smtp_cmd_rcpt(struct smtp_server *s, slice arg);
void smtp_cmd_data(struct smtp_server *s, slice arg);    /* content.c */
void smtp_cmd_bdat(struct smtp_server *s, slice arg);    /* chunks.c */
void smtp_cmd_auth(struct smtp_server *s, slice arg);    /* auth.c */
void smtp_cmd_xclient(struct smtp_server *s, slice arg); /* xclient.c */
void smtp_cmd_vrfy(struct smtp_server *s, slice arg);    /* inquiry.c */
void smtp_cmd_expn(struct smtp_server *s, slice arg);
void smtp_cmd_etrn(struct smtp_server *s, slice arg);

/* ---- server.c ---- */

/* 220: at the start, and when the session becomes another client's. */
void smtp_greet(struct smtp_server *s);

/* ---- xclient.c ---- */

/* What EHLO shows; false: it is not offered. */
bool smtp_write_xclient(const struct smtp_server *s, struct buf *out);

/* ---- commands.c ---- */

void smtp_run_line(struct smtp_server *s, slice line);

/* ---- transaction.c ---- */

/* The transaction is over, if there is one: the host is told. */
void smtp_end_transaction(struct smtp_server *s);
uint32_t smtp_recipients_max(const struct smtp_server *s);
void smtp_mail_answered(struct smtp_server *s, const struct smtp_reply *reply);
void smtp_rcpt_answered(struct smtp_server *s, const struct smtp_reply *reply);

/* ---- auth.c ---- */

void smtp_take_response(struct smtp_server *s, slice line);
void smtp_end_exchange(struct smtp_server *s);
/* The SASL_* flags of what this session does not offer now. */
unsigned smtp_refused_mechanisms(const struct smtp_server *s);

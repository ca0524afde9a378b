/*
 * session.h - the inside of a POP3 session; for the files of this folder
 *
 *   AUTHORIZATION --PASS, APOP, AUTH--> TRANSACTION --QUIT--> CLOSING (want CLOSE)
 *         '---QUIT, faults, failures, end of input, pop3_end-----^
 *
 * One command is in hand at a time. While it waits the engine wants HOST, JOB or
 * DRAIN and takes no input; pop3_next ends it. The lines of AUTH are the
 * client's part of the exchange (is_in_auth) and the engine wants INPUT.
 */
#pragma once

#include "base/container.h"
#include "pop3/opening.h"
#include "pop3/pop3.h"
#include "pop3/reading.h"
#include "pop3/transfer.h"
#include "pop3/update.h"
#include "sasl/server.h"

enum state { STATE_AUTHORIZATION = 1, STATE_TRANSACTION = 2, STATE_CLOSING = 4 };

#define ALL_LINES UINT64_MAX

struct pop3 {
	struct engine engine; /* first */
	struct pop3_config config;
	const struct pop3_host *ops;
	void *host;
	struct tls_facts tls;
	bool has_tls;

	enum state state;
	enum want want;
	struct buf output;
	struct job *job;                /* while want is JOB */
	void (*proceed)(struct pop3 *); /* the answer in hand goes on, once drained */
	bool is_skipping;               /* the rest of a line that was too long */
	uint64_t skipped;               /* octets of that line so far */
	bool has_more;                  /* the client has sent more behind this line */
	bool has_ended;                 /* the client sends no more */
	bool is_leaving;                /* ends with farewell as soon as it may */
	struct buf farewell;

	unsigned faults, login_failures, early_commands;
	int64_t opened;               /* UNIX seconds */
	char nonce[SASL_NONCE];       /* makes the greeting's timestamp, with opened */
	char auth_nonce[SASL_NONCE];  /* and the present exchange's challenge */
	struct buf user;              /* as USER gave it */
	struct sasl_server *exchange; /* the login in hand, or NULL */
	bool is_in_auth;
	bool utf8;

	struct opening opening;
	struct maildrop drop;
	int64_t account, mailbox;
	uint32_t validity;
	uint32_t number;      /* of the message, or line of a list, being sent */
	uint32_t last_number; /* of the message sent last, or 0 */
	bool in_one_go;       /* the client goes through its mail without waiting */
	uint64_t body_lines;  /* TOP's second argument; ALL_LINES for RETR */
	void (*list_line)(struct pop3 *, const struct drop_message *);
	struct transfer transfer;
	struct reading reading;
	struct update update;
};

/* engine.c: "+OK text", "-ERR text"; text may begin with a response code. */
void session_ok(struct pop3 *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void session_err(struct pop3 *p, const char *text);
/* -ERR, and one more fault. */
void session_fault(struct pop3 *p, const char *text);
void session_run(struct pop3 *p, struct job *job);
/* Whether more may be added now, or what is there should be sent first. */
bool pop3_has_room(const struct pop3 *p);
/* The answer in hand has more to come, from proceed: now or once there is room. */
void session_go_on(struct pop3 *p, void (*proceed)(struct pop3 *));
/* The command in hand is answered. */
void pop3_next(struct pop3 *p);
void session_close(struct pop3 *p);
/* -ERR with what our failure means to the client. */
void session_failed(struct pop3 *p, enum err e);

/* login.c */
/* The exchange of APOP, at the point where the client is to answer the timestamp. */
struct sasl_server *apop_exchange(const struct pop3 *p);
void auth_line(struct pop3 *p, slice line);
void login_opened(struct pop3 *p); /* the maildrop is there: answers the login */
void login_end(struct pop3 *p);    /* forgets the exchange */

/* capability.c: what is there now. NULL, or why it is not. */
const char *hindrance_to_passwords(const struct pop3 *p);
const char *hindrance_to_apop(const struct pop3 *p);
const char *hindrance_to_tls(const struct pop3 *p);
bool is_usable(const struct pop3 *p, const struct sasl_mechanism *m);
/* The names of the usable mechanisms, each with before and after around it. */
void mechanisms_write(struct pop3 *p, slice before, slice after);
void pop3_capability_write(struct pop3 *p);

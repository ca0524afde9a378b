/*
 * client_state.h - the state of a client's session, for the files of the engine only
 *
 *   AT_GREETING  --220-->  AT_EHLO  --5xx-->  AT_HELO                 client_hello.c
 *   AT_EHLO  --STARTTLS-->  AT_STARTTLS  --220, TLS-->  AT_EHLO
 *   AT_EHLO, AT_HELO  --AUTH-->  AT_LOGIN                             client_login.c
 *   all of these  --ready-->  AT_REST, the host is asked              client.c
 *   AT_REST  --message-->  AT_MAIL  -->  AT_RCPT  -->  AT_DATA        client_envelope.c
 *   AT_DATA (BDAT: AT_RCPT)  -->  AT_CONTENT  -->  AT_END             client_content.c
 *   AT_MAIL to AT_END  --all results given-->  AT_RSET or AT_REST     client_result.c
 *   AT_END, AT_RSET  --the next was given ahead-->  AT_MAIL           client_ahead.c
 *   any  --no more messages, or a refusal-->  AT_QUIT
 *
 * The stage is that of the oldest command without a reply; with PIPELINING more may have
 * been sent. A recipient is `open` while it has no result; behind the envelope the open
 * ones are those that the peer has accepted.
 */
#pragma once

#include "sasl/client.h"
#include "smtp/client_transaction.h"
#include "smtp/reply_reader.h"
#include "smtp/stuffing.h"

enum smtp_client_question { ASKS_NOTHING, ASKS_MESSAGE, ASKS_CONTENT, ASKS_LOGIN };

/* What an exchange is bound to, for it may outlive the TLS connection. */
struct login_tls {
	struct tls_facts facts;
	char bindings[2][CHANNEL_BINDING_MAX];
};

/* What was said; see client_dialogue.h. */
struct dialogue_kept {
	struct buf text;
	size_t session; /* octets that were said before the first message */
	bool has_message;
	bool is_full;
	struct buf ahead; /* what was said of the next message already */
};

struct smtp_client {
	struct engine engine; /* first */
	const struct smtp_client_config *config;
	const struct smtp_client_host *ops;
	void *host;
	const struct tls_facts *tls; /* NULL in the clear */
	struct buf output;
	struct smtp_reply_reader reply; /* the one in hand */
	struct smtp_peer peer;

	enum smtp_client_stage stage;
	enum smtp_client_question asked;
	bool tls_refused; /* the peer offered STARTTLS and then would not */
	bool wants_tls;
	bool is_ending;  /* no more messages */
	bool input_over; /* the peer has closed its side */
	bool is_closing;
	struct dialogue_kept dialogue;
	uint32_t mails; /* MAIL commands of this session */

	struct sasl_client *exchange; /* NULL when none is going on */
	struct job login_job;         /* a step of it */
	enum sasl_status login_status;
	struct login_tls login_tls;
	char nonce[SASL_NONCE]; /* its */
	struct buf challenge;   /* that the host is asked about */
	struct buf held;        /* a first response too long for AUTH's line */
	bool is_login_first;    /* AUTH was not sent yet */

	struct client_transaction now;   /* the message in hand */
	struct client_transaction ahead; /* the one behind it, given early */
	bool is_ahead_sent;              /* its commands are */
	uint32_t void_replies; /* due to such commands, which a failed chunk made void */

	bool wants_drain; /* there is more content than room in the output */
	uint64_t offset;  /* octets of the content that were taken from the host */
	struct stuffing stuffing;
	struct buf chunk;
	uint32_t chunks_open; /* replies due to chunks that are not the last */
	bool final_open;      /* the reply, with LMTP replies, to the end are due */
	uint32_t next_named;  /* LMTP: whose reply is next, in order */
};

/* ---- client.c ---- */

void smtp_client_command(struct smtp_client *c, enum smtp_client_stage stage, slice verb,
			 slice argument);
/* Greeted, secured and logged in, and no message in hand: asks for the next. */
void smtp_client_rest(struct smtp_client *c);
void smtp_client_quit(struct smtp_client *c);
/* Where the peer has closed its side, breaks as soon as no question is open. */
void smtp_client_look_at_input(struct smtp_client *c);

/* ---- client_dialogue.c ---- */

/* The command in the output from that octet on was said; a secret was; the reply in hand
 * was heard; TLS began. */
void smtp_client_said(struct smtp_client *c, size_t from);
void smtp_client_said_secret(struct smtp_client *c);
void smtp_client_heard(struct smtp_client *c);
void smtp_client_secured(struct smtp_client *c);
/* The same of a command for the next message. */
void smtp_client_said_ahead(struct smtp_client *c, size_t from);
/* The next message begins: what was said of the last one goes. */
void smtp_client_dialogue_message(struct smtp_client *c);

/* ---- client_ahead.c ---- */

/* The end of the content in hand was sent: what may follow at once, does. */
void smtp_client_send_ahead(struct smtp_client *c);
/* None of its commands counted: they have to be said again. */
void smtp_client_void_ahead(struct smtp_client *c);
/* No message is in hand any more: false where none was given ahead, either. */
bool smtp_client_turn_to_ahead(struct smtp_client *c);
/* It goes back to the host, where there is one. */
void smtp_client_return_ahead(struct smtp_client *c);

/* ---- client_result.c ---- */

/* What the reply in hand means for the command of the present stage. */
struct smtp_client_result smtp_client_verdict(const struct smtp_client *c);
/* A result in our own words. */
struct smtp_client_result smtp_client_own(const struct smtp_client *c, bool is_refusal,
					  slice enhanced, slice text);
void smtp_client_settle(struct smtp_client *c, uint32_t recipient,
			const struct smtp_client_result *r);
void smtp_client_settle_all(struct smtp_client *c, const struct smtp_client_result *r);
/* All have results: the host is told. */
void smtp_client_finish(struct smtp_client *c);
/* The session is of no more use, with a good-bye or without. */
void smtp_client_give_up(struct smtp_client *c, const struct smtp_client_result *why);
void smtp_client_break(struct smtp_client *c, const struct smtp_client_result *why);
void smtp_client_break_off(struct smtp_client *c, slice enhanced, slice text);

/* ---- what to do with a reply, by stage; 421 does not come here ---- */

void smtp_client_on_greeting(struct smtp_client *c); /* client_hello.c */
void smtp_client_on_ehlo(struct smtp_client *c);
void smtp_client_on_helo(struct smtp_client *c);
void smtp_client_on_starttls(struct smtp_client *c);
void smtp_client_on_login(struct smtp_client *c);    /* client_login.c */
void smtp_client_on_envelope(struct smtp_client *c); /* client_envelope.c */
void smtp_client_on_content(struct smtp_client *c);  /* client_content.c */

/* ---- and what begins these ---- */

void smtp_client_hello(struct smtp_client *c);
void smtp_client_login(struct smtp_client *c);
void smtp_client_end_login(struct smtp_client *c);
void smtp_client_begin_envelope(struct smtp_client *c,
				const struct smtp_client_message *m);
void smtp_client_begin_content(struct smtp_client *c);
/* Asks for more content, or ends it, as far as output and peer have room. */
void smtp_client_go_on_content(struct smtp_client *c);

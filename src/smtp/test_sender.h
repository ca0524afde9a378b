/*
 * test_sender.h - a host of the client engine for tests and fuzz targets: offers its
 *                 messages one after the other, checks that each recipient gets one
 *                 result, and writes down all that happens
 *
 * The events are lines: "next", "done", "failed STAGE OUTCOME CODE ENHANCED TEXT" and
 * "result INDEX STAGE OUTCOME CODE ENHANCED TEXT"; with gives_ahead "ahead" and
 * "returned", too.
 */
#pragma once

#include "smtp/client.h"
#include "smtp/limits.h"

enum { SENDER_MESSAGES_MAX = 4, SENDER_BUF_MAX = 16 * 1024 * 1024 };

struct sender_message {
	struct smtp_client_message m;
	slice content;
};

struct test_sender {
	struct smtp_client_config config;
	struct sender_message messages[SENDER_MESSAGES_MAX];
	size_t message_count, next_message;
	struct smtp_client *client;
	size_t piece_max; /* octets of content given at once; 0: all that was asked for */
	bool cannot_read;
	bool gives_ahead; /* the next one with each one's content */
	enum { SENDER_IDLE, SENDER_NEXT, SENDER_CONTENT } asked;
	uint64_t offset;
	size_t max;
	bool in_hand, is_ahead, has_failed;
	bool settled[SMTP_RECIPIENTS_MAX];
	struct buf events;
	struct buf input; /* from the peer, not yet taken */
	struct buf said;  /* all the output */
};

void sender_require(bool condition); /* or abort, for fuzz targets */
void sender_init(struct test_sender *t);
/* A message for those recipients, which the caller keeps. */
struct smtp_client_message *sender_add(struct test_sender *t,
				       const struct smtp_client_rcpt *rcpts,
				       uint32_t count, slice content);
struct engine *sender_connect(struct test_sender *t, const struct tls_facts *tls);
void sender_free_client(struct test_sender *t);
void sender_end(struct test_sender *t);
/* Does all that can be done until the engine wants TLS, the end, or octets that are not
 * there. cut: at most so many more are fed at once. */
void sender_work(struct test_sender *t, size_t cut);

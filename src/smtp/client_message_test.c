/* What messages need of a peer, chunks, and replies by recipient. */
#include "smtp/client_script_test.h"

/* ---- what a message needs ---- */

static void needs_8bit(struct test_sender *t)
{
	sender_add(t, two, 1, S("\303\244"))->eight_bit = true;
}

static void needs_utf8(struct test_sender *t)
{
	sender_add(t, two, 1, S("x"))->utf8 = true;
}

static void needs_tls(struct test_sender *t)
{
	sender_add(t, two, 1, S("x"))->require_tls = true;
	t->config.tls = CLIENT_TLS_IF_OFFERED;
}

static void is_big(struct test_sender *t)
{
	static char big[1001];

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = 'x';
	sender_add(t, two, 1, (slice){ big, sizeof(big) });
}

static void has_odd_addresses(struct test_sender *t)
{
	static const struct smtp_client_rcpt odd[] = {
		{ .forward_path = SLICE_INIT("a@b.test>\r\nRCPT TO:<evil@b.test") },
		{ .forward_path = SLICE_INIT("j\303\266@example.test") },
		{ .forward_path = SLICE_INIT("jo@example.test") },
		{ .forward_path = SLICE_INIT("ann@example.test") },
	};

	sender_add(t, odd, 4, S("x"));
}

static void is_binary(struct test_sender *t)
{
	static const char octets[] = "a\0b\nc\r.";

	sender_add(t, two, 1, (slice){ octets, sizeof(octets) - 1 })->binary = true;
}

/* RFC 3030 3: by BDAT as it is, to nobody else. */
TEST(client_binary)
{
	static const char lacking[] =
		"next\nresult 0 mail refused 0 5.6.1 the message is binary, and the peer "
		"does not take BINARYMIME\ndone\nnext\n";

	check_script(is_binary, PLAIN_HELLO BYE, lacking);
	check_script(is_binary, HELLO "S 250-mx\nS 250 BINARYMIME\n" BYE, lacking);
	check_script(is_binary, HELLO "S 250-mx\nS 250-8BITMIME\nS 250 CHUNKING\n" BYE,
		     lacking);
}

TEST(client_binary_goes_as_it_is)
{
	struct test_sender t;
	slice want = S("BDAT 7 LAST\r\na\0b\nc\r.");

	sender_init(&t);
	is_binary(&t);
	sender_connect(&t, NULL);
	buf_add(&t.input, S("220 mx\r\n250-mx\r\n250-CHUNKING\r\n250 BINARYMIME\r\n"
			    "250 ok\r\n250 ok\r\n"));
	sender_work(&t, 100);
	CHECK(slice_find(buf_slice(&t.said), S("> BODY=BINARYMIME\r\n")) < t.said.n);
	CHECK_SLICE(slice_skip(buf_slice(&t.said), t.said.n - want.n), want);
	sender_free_client(&t);
	sender_end(&t);
}

static void is_for_two_worlds(struct test_sender *t)
{
	static const struct smtp_client_rcpt both[] = {
		{ .forward_path = SLICE_INIT("j\303\266@example.test") },
		{ .forward_path = SLICE_INIT("jo@example.test") },
	};

	sender_add(t, both, 2, S("x"));
}

/* SMTPUTF8 is for what needs it, and keeps nobody else from mail (RFC 6531 3.2). */
TEST(client_an_address_that_needs_utf8)
{
	check_script(
		is_for_two_worlds, PLAIN_HELLO MAIL "S 250 ok\n" JO "S 421 bye\n",
		"next\nresult 0 mail refused 0 5.6.7 the address needs SMTPUTF8, and "
		"the peer does not offer it\n"
		"result 1 rcpt deferred 421 4.3.2 bye\ndone\n");
	check_script(is_for_two_worlds,
		     HELLO "S 250-mx\nS 250 SMTPUTF8\n"
			   "C MAIL FROM:<a@client.example.test> SMTPUTF8\nS 421 bye\n",
		     "next\nresult 0 mail deferred 421 4.3.2 bye\n"
		     "result 1 mail deferred 421 4.3.2 bye\ndone\n");
}

TEST(client_what_the_peer_lacks)
{
	check_script(
		needs_8bit, PLAIN_HELLO BYE,
		"next\nresult 0 mail refused 0 5.6.3 the message has 8-bit content, and "
		"the "
		"peer does not take 8BITMIME\ndone\nnext\n");
	check_script(
		needs_utf8, PLAIN_HELLO BYE,
		"next\nresult 0 mail refused 0 5.6.7 the message needs SMTPUTF8, and the "
		"peer "
		"does not offer it\ndone\nnext\n");
	check_script(needs_tls, HELLO "S 250-mx\nS 250 REQUIRETLS\n" BYE,
		     "next\nresult 0 mail refused 0 5.7.30 the sender requires TLS all "
		     "the way, "
		     "and the peer does not offer REQUIRETLS\ndone\nnext\n");
	check_script(is_big, HELLO "S 250-mx\nS 250 SIZE 1000\n" BYE,
		     "next\nresult 0 mail refused 0 5.3.4 the message is too big for the "
		     "peer\n"
		     "done\nnext\n");
	check_script(
		has_odd_addresses,
		HELLO "S 250-mx\nS 250 LIMITS FOO RCPTMAX=3\n" MAIL "S 250 ok\n" JO
		      "S 421 bye\n",
		"next\n"
		"result 0 mail refused 0 5.1.3 the address cannot be written in SMTP\n"
		"result 1 mail refused 0 5.6.7 the address needs SMTPUTF8, and the peer "
		"does "
		"not offer it\n"
		"result 3 mail deferred 0 4.5.3 the peer takes fewer recipients at once\n"
		"result 2 rcpt deferred 421 4.3.2 bye\n"
		"done\n");
}

static void is_held(struct test_sender *t)
{
	sender_add(t, two, 1, S("x"))->hold = S("for;600");
}

TEST(client_future_release)
{
	check_script(is_held, PLAIN_HELLO BYE,
		     "next\nresult 0 mail refused 0 5.7.1 the message is to be held, and "
		     "the peer does not offer FUTURERELEASE\ndone\nnext\n");
	check_script(is_held,
		     HELLO "S 250-mx\nS 250 FUTURERELEASE 86400 2026-12-31T00:00:00Z\n"
			   "C MAIL FROM:<a@client.example.test> HOLDFOR=600\nS 421 bye\n",
		     "next\nresult 0 mail deferred 421 4.3.2 bye\ndone\n");
}

static void asks_for_much(struct test_sender *t)
{
	static const struct smtp_client_rcpt rcpt = {
		.forward_path = SLICE_INIT("j\303\266@example.test"),
		.notify = DSN_SUCCESS | DSN_DELAY,
		.orcpt = SLICE_INIT("rfc822;jo+2Bx@example.test"),
	};
	struct smtp_client_message *m = sender_add(t, &rcpt, 1, S("\303\244"));

	t->config.tls = CLIENT_TLS_ALWAYS;
	m->eight_bit = m->utf8 = m->require_tls = true;
	m->ret = DSN_RETURN_HEADERS;
	m->envelope_id = S("QQ314159");
	m->priority = -3;
}

TEST(client_uses_what_the_peer_offers)
{
	check_script(
		asks_for_much,
		OFFERED
		"C STARTTLS\nS 220 go\nTLS\nC EHLO client.example.test\nS 250-mx\n"
		"S 250-dsn\nS 250-8BITMIME\nS 250-SMTPUTF8\nS 250-REQUIRETLS\n"
		"S 250-MT-PRIORITY MIXER\nS 250 SIZE\n"
		"C MAIL FROM:<a@client.example.test> SIZE=2 MT-PRIORITY=-3 "
		"BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=HDRS ENVID=QQ314159\nS 250 ok\n"
		"C RCPT TO:<j\303\266@example.test> NOTIFY=SUCCESS,DELAY "
		"ORCPT=rfc822;jo+2Bx@example.test\nS 250 ok\n"
		"C DATA\nS 354 go\nC \303\244\nC .\nS 250 ok\n" BYE,
		DELIVERED);
}

/* ---- BDAT ---- */

#define CHUNKED HELLO "S 250-mx\nS 250 CHUNKING\n"

static void in_pieces(struct test_sender *t)
{
	two_messages(t);
	t->messages[0].content = S("one\r\n.two\nx");
	t->messages[0].m.size = t->messages[0].content.n;
	t->message_count = 1;
	t->piece_max = 5;
}

static void empty(struct test_sender *t)
{
	sender_add(t, two, 1, S(""));
}

TEST(client_chunks)
{
	check_script(in_pieces,
		     CHUNKED MAIL
		     "S 250 ok\n" JO "S 250 ok\nC BDAT 5\nC one\nC-\nS 250 ok\n"
		     "C BDAT 6\nC .two\nC-\nS 250 ok\nC BDAT 3 LAST\nC x\nC-\n"
		     "S 250 ok\n" BYE,
		     DELIVERED);
	check_script(in_pieces,
		     HELLO "S 250-mx\nS 250-PIPELINING\nS 250 CHUNKING\n" MAIL JO
			   "C-\nS 250 ok\nS 250 ok\nC BDAT 5\nC one\nC BDAT 6\nC .two\n"
			   "C BDAT 3 LAST\nC x\nC-\nS 250 ok\nS 250 ok\nS 250 ok\n" BYE,
		     DELIVERED);
	check_script(empty,
		     CHUNKED MAIL "S 250 ok\n" JO
				  "S 250 ok\nC BDAT 0 LAST\nS 250 ok\n" BYE,
		     DELIVERED);
}

TEST(client_chunk_refused)
{
	check_script(in_pieces,
		     CHUNKED MAIL "S 250 ok\n" JO
				  "S 250 ok\nC BDAT 5\nC one\nS 452 full\n"
				  "C RSET\nS 250 ok\n" BYE,
		     "next\nresult 0 content deferred 452 4.3.1 full\ndone\nnext\n");
	check_script(in_pieces,
		     HELLO
		     "S 250-mx\nS 250-PIPELINING\nS 250 CHUNKING\n" MAIL JO
		     "S 250 ok\nS 250 ok\nC BDAT 5\nC one\nC BDAT 6\nC .two\n"
		     "C BDAT 3 LAST\nC x\nS 250 ok\nS 552 5.2.2 full\nS 503 no\nC RSET\n"
		     "S 250 ok\n" BYE,
		     "next\nresult 0 end refused 552 5.2.2 full\ndone\nnext\n");
	check_script(in_pieces,
		     CHUNKED MAIL "S 250 ok\n" JO "S 550 no\nC RSET\nS 250 ok\n" BYE,
		     "next\nresult 0 rcpt refused 550 5.0.0 no\ndone\nnext\n");
}

/* ---- LMTP ---- */

static void lmtp(struct test_sender *t)
{
	one_to_two(t);
	t->config.lmtp = true;
}

#define LHLO "S 220 mx LMTP\nC LHLO client.example.test\n"

TEST(client_lmtp)
{
	check_script(lmtp,
		     LHLO "S 250-mx\nS 250 PIPELINING\n" MAIL JO ANN
			  "C DATA\nS 250 ok\nS 250 ok\nS 250 ok\nS 354 go\n" CONTENT
			  "S 250 ok\nS 452 4.2.2 full\n" BYE,
		     "next\n"
		     "result 0 end delivered 250 2.0.0 ok\n"
		     "result 1 end deferred 452 4.2.2 full\n"
		     "done\nnext\n");
	check_script(lmtp,
		     LHLO "S 250-mx\nS 250 PIPELINING\n" MAIL JO ANN
			  "C DATA\nS 250 ok\nS 550 no\nS 250 ok\nS 354 go\n" CONTENT
			  "S 250 ok\n" BYE,
		     "next\n"
		     "result 0 rcpt refused 550 5.0.0 no\n"
		     "result 1 end delivered 250 2.0.0 ok\n"
		     "done\nnext\n");
	check_script(
		lmtp,
		LHLO
		"S 250-mx\nS 250-CHUNKING\nS 250 PIPELINING\n" MAIL JO ANN
		"S 250 ok\nS 250 ok\nS 250 ok\nC BDAT 20 LAST\nC Subject: x\nC \nC .dot\n"
		"S 250 ok\nEOF\n",
		"next\n"
		"result 0 end delivered 250 2.0.0 ok\n"
		"result 1 end deferred 0 4.4.2 the peer closed the connection\n"
		"done\n");
	check_script(lmtp, LHLO "S 500 what\n" BYE,
		     "failed ehlo refused 500 5.5.2 what\n");
}

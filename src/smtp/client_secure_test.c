/* The client's TLS and log-in. */
#include "smtp/client_script_test.h"

/* ---- TLS ---- */

static void tls_if_offered(struct test_sender *t)
{
	two_messages(t);
	t->message_count = 1;
	t->config.tls = CLIENT_TLS_IF_OFFERED;
}

static void tls_always(struct test_sender *t)
{
	tls_if_offered(t);
	t->config.tls = CLIENT_TLS_ALWAYS;
}

TEST(client_starttls)
{
	check_script(tls_if_offered, SECURED REST,
		     DELIVERED); /* PIPELINING is forgotten */
	check_script(tls_always, SECURED REST, DELIVERED);
	check_script(tls_if_offered, PLAIN_HELLO REST, DELIVERED);
	check_script(tls_if_offered, /* once refused, it is not asked for again */
		     HELLO "S 250-mx\nS 250 STARTTLS\nC STARTTLS\nS 454 not now\n" REST,
		     DELIVERED);
}

TEST(client_requires_tls)
{
	check_script(
		tls_always, PLAIN_HELLO BYE,
		"failed ehlo deferred 0 4.7.10 TLS is required, and the peer does not "
		"offer "
		"it\n");
	check_script(
		tls_always,
		HELLO "S 502 what\nC HELO client.example.test\nS 250 mx\n" BYE,
		"failed helo deferred 0 4.7.10 TLS is required, and the peer does not "
		"offer "
		"it\n");
	check_script(
		tls_always, OFFERED "C STARTTLS\nS 502 what\n" BYE,
		"failed starttls deferred 0 4.7.10 TLS is required, and the peer refused "
		"STARTTLS\n");
	check_script(
		tls_always, OFFERED "C STARTTLS\nS 221 bye\n" BYE,
		"failed starttls deferred 0 4.7.10 TLS is required, and the peer refused "
		"STARTTLS\n");
}

/* CVE-2011-0411: what came in the clear must not be taken for what comes under TLS. Where
 * it is fed later, the driver sees it, as base/engine.h says. */
TEST(client_octets_behind_starttls)
{
	struct test_sender t;
	struct engine *e;

	sender_init(&t);
	tls_if_offered(&t);
	e = sender_connect(&t, NULL);
	buf_add(&t.input, S("220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n"
			    "250-mx\r\n250 AUTH PLAIN\r\n"));
	sender_work(&t, 100'000);
	CHECK_INT(engine_want(e), WANT_CLOSE);
	CHECK_SLICE(buf_slice(&t.events), S("failed starttls deferred 0 4.7.0 octets in "
					    "the clear behind STARTTLS\n"));
	sender_end(&t);
}

/* ---- AUTH ---- */

static void log_in(struct test_sender *t)
{
	two_messages(t);
	t->message_count = 1;
	t->config.user = S("jo@example.test");
	t->config.password = S("secret");
	t->config.plaintext_login = true;
}

static void log_in_privately(struct test_sender *t)
{
	log_in(t);
	t->config.plaintext_login = false;
	t->config.tls = CLIENT_TLS_IF_OFFERED;
}

#define AUTH_PLAIN "C AUTH PLAIN AGpvQGV4YW1wbGUudGVzdABzZWNyZXQ=\n"
#define MAIL_AUTH "C MAIL FROM:<a@client.example.test> AUTH=<>\n"

TEST(client_login)
{
	check_script(log_in,
		     HELLO "S 250-mx\nS 250 AUTH PLAIN\n" AUTH_PLAIN
			   "S 235 2.7.0 ok\n" MAIL_AUTH "S 250 ok\n" JO
			   "S 250 ok\nC DATA\nS 354 go\nC one\nC .\nS 250 ok\n" BYE,
		     DELIVERED);
	check_script(log_in,
		     HELLO
		     "S 250-mx\nS 250 AUTH LOGIN\n"
		     "C AUTH LOGIN am9AZXhhbXBsZS50ZXN0\nS 334 UGFzc3dvcmQ6\nC c2VjcmV0\n"
		     "S 535 5.7.8 wrong\n" BYE,
		     "failed login refused 535 5.7.8 wrong\n");
	check_script(log_in,
		     HELLO "S 250-mx\nS 250 AUTH PLAIN\n" AUTH_PLAIN
			   "S 334 !\nC *\nS 501 no\n" BYE,
		     "failed login deferred 0 4.7.0 the peer's part in the login was "
		     "malformed\n");
	check_script(log_in, PLAIN_HELLO BYE,
		     "failed login deferred 0 4.7.0 the peer offers no login that can be "
		     "used\n");
}

TEST(client_login_shows_no_password)
{
	check_script(log_in_privately, HELLO "S 250-mx\nS 250 AUTH PLAIN LOGIN\n" BYE,
		     "failed login deferred 0 4.7.0 the peer offers no login that can be "
		     "used\n");
	check_script(
		log_in_privately, /* the TLS listing counts, not the one in the clear */
		HELLO
		"S 250-mx\nS 250-AUTH CRAM-MD5\nS 250 STARTTLS\nC STARTTLS\nS 220 go\n"
		"TLS\nC EHLO client.example.test\nS 250-mx\nS 250 AUTH PLAIN\n" AUTH_PLAIN
		"S 454 later\n" BYE,
		"failed login deferred 454 4.7.0 later\n");
}

/* The server's proof is missing (RFC 5802 5). */
TEST(client_login_without_proof)
{
	struct test_sender t;

	sender_init(&t);
	log_in(&t);
	sender_connect(&t, NULL);
	buf_add(&t.input,
		S("220 mx\r\n250-mx\r\n250 AUTH SCRAM-SHA-256\r\n235 welcome\r\n"
		  "221 bye\r\n"));
	sender_work(&t, 100'000);
	CHECK_SLICE(buf_slice(&t.events),
		    S("failed login deferred 0 4.7.0 the peer did not prove that it "
		      "knows the password\n"));
	sender_end(&t);
}

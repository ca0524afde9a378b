#include "smtp/client_dialogue.h"

#include "smtp/client_script_test.h"

static void hear(struct test_sender *t, slice replies)
{
	buf_add(&t->input, replies);
	sender_work(t, SIZE_MAX);
}

TEST(client_dialogue_of_each_message)
{
	struct test_sender t;
	struct engine *e;

	sender_init(&t);
	two_messages(&t);
	t.config.tls = CLIENT_TLS_IF_OFFERED;
	e = sender_connect(&t, NULL);
	hear(&t, S("220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n"));
	e->ops->tls_started(e, &tls_facts);
	hear(&t, S("250 mx\r\n250 ok\r\n250 ok\r\n354 go\r\n250 2.0.0 one\r\n"));
	hear(&t,
	     S("250 2.1.0 ok\r\n250 ok\r\n354 go\r\n451-4.3.0 no\r\n451 4.3.0 room\r\n"));
	CHECK_SLICE(smtp_client_dialogue(t.client),
		    S("S: 220 mx\n"
		      "C: EHLO client.example.test\n"
		      "S: 250-mx\n"
		      "S: 250 STARTTLS\n"
		      "C: STARTTLS\n"
		      "S: 220 go\n"
		      "-- TLSv1.3 \n"
		      "C: EHLO client.example.test\n"
		      "S: 250 mx\n"
		      "C: MAIL FROM:<a@client.example.test>\n"
		      "S: 250 2.1.0 ok\n"
		      "C: RCPT TO:<ann@example.test>\n"
		      "S: 250 ok\n"
		      "C: DATA\n"
		      "S: 354 go\n"
		      "C: .\n"
		      "S: 451-4.3.0 no\n"
		      "S: 451 4.3.0 room\n"
		      "C: QUIT\n"));
	sender_end(&t);
}

TEST(client_dialogue_hides_secrets)
{
	struct test_sender t;
	slice said;

	sender_init(&t);
	two_messages(&t);
	t.config.user = S("user");
	t.config.password = S("secret");
	t.config.plaintext_login = true;
	sender_connect(&t, NULL);
	hear(&t, S("220 mx\r\n250-mx\r\n250 AUTH PLAIN\r\n235 fine\r\n"));
	said = smtp_client_dialogue(t.client);
	CHECK(slice_find(said, S("C: AUTH PLAIN\nC: (a secret)\nS: 235 fine\n")) <
	      said.n);
	CHECK(slice_find(said, S("AHVzZXIAc2VjcmV0")) == said.n);
	sender_end(&t);
}

TEST(client_dialogue_is_bounded)
{
	struct test_sender t;
	slice said;

	sender_init(&t);
	two_messages(&t);
	sender_connect(&t, NULL);
	for (int i = 0; i < 150; i++)
		hear(&t,
		     S("220-a banner that goes on and on and on and on and on and on and "
		       "on and on\r\n"));
	hear(&t, S("220 at last\r\n250 mx\r\n"));
	said = smtp_client_dialogue(t.client);
	CHECK(said.n <= SMTP_DIALOGUE_MAX);
	CHECK(slice_find(said, S("(...)\n")) < said.n);
	sender_end(&t);
}

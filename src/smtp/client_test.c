/* The client against servers that say anything: each script is a server's side. */
#include "smtp/client_script_test.h"

TEST(client_one_command_at_a_time)
{
	check_script(one_to_two,
		     PLAIN_HELLO MAIL "C-\nS 250 ok\n" JO "C-\nS 250 ok\n" ANN
				      "C-\nS 250 2.1.5 ok\nC DATA\nC-\n"
				      "S 354 go\n" CONTENT
				      "S 250 2.6.0 queued as 1\n" BYE,
		     "next\n"
		     "result 0 end delivered 250 2.6.0 queued as 1\n"
		     "result 1 end delivered 250 2.6.0 queued as 1\n"
		     "done\nnext\n");
}

TEST(client_pipelines)
{
	check_script(one_to_two,
		     PIPELINED SIZED JO ANN
		     "C DATA\nC-\n"
		     "S 250 ok\nS 550 5.1.1 no jo\nS 250 ok\nS 354 go\n" CONTENT
		     "S 250 queued\n" BYE,
		     "next\n"
		     "result 0 rcpt refused 550 5.1.1 no jo\n"
		     "result 1 end delivered 250 2.0.0 queued\n"
		     "done\nnext\n");
}

TEST(client_all_recipients_refused)
{
	check_script(one_to_two,
		     PLAIN_HELLO MAIL "S 250 ok\n" JO "S 450 later\n" ANN
				      "S 552 too many\nC RSET\nS 250 ok\n" BYE,
		     "next\n"
		     "result 0 rcpt deferred 450 4.2.0 later\n"
		     "result 1 rcpt deferred 552 4.5.3 too many\n"
		     "done\nnext\n");
	check_script(one_to_two, /* the peer takes DATA nevertheless: RFC 2920 3.1 */
		     PIPELINED SIZED JO ANN
		     "C DATA\nS 250 ok\nS 550 no\nS 552 5.2.2 full\nS 354 go\nC .\n"
		     "S 554 no recipients\n" BYE,
		     "next\n"
		     "result 0 rcpt refused 550 5.0.0 no\n"
		     "result 1 rcpt refused 552 5.2.2 full\n"
		     "done\nnext\n");
	check_script(one_to_two,
		     PIPELINED SIZED JO ANN "C DATA\nS 250 ok\nS 550 no\nS 550 no\nS 554 "
					    "none\nC RSET\nS 250 ok\n" BYE,
		     "next\n"
		     "result 0 rcpt refused 550 5.0.0 no\n"
		     "result 1 rcpt refused 550 5.0.0 no\n"
		     "done\nnext\n");
}

TEST(client_sender_refused)
{
	check_script(one_to_two,
		     PLAIN_HELLO MAIL "S 550 5.7.1 not you\nC RSET\nS 250 ok\n" BYE,
		     "next\n"
		     "result 0 mail refused 550 5.7.1 not you\n"
		     "result 1 mail refused 550 5.7.1 not you\n"
		     "done\nnext\n");
	check_script(one_to_two,
		     PIPELINED SIZED JO ANN
		     "C DATA\nS 451-4.7.1 grey\nS 451 4.7.1 listed\n"
		     "S 503 5.5.1 mail\nS 503 mail\nS 503 rcpt\n"
		     "C RSET\nS 250 ok\n" BYE,
		     "next\n"
		     "result 0 mail deferred 451 4.7.1 grey\nlisted\n"
		     "result 1 mail deferred 451 4.7.1 grey\nlisted\n"
		     "done\nnext\n");
}

TEST(client_final_refusals)
{
	check_script(one_to_two,
		     PIPELINED SIZED JO ANN
		     "C DATA\nS 250 ok\nS 250 ok\nS 250 ok\nS 354 go\n" CONTENT
		     "S 554 5.7.1 spam\n" BYE,
		     "next\n"
		     "result 0 end refused 554 5.7.1 spam\n"
		     "result 1 end refused 554 5.7.1 spam\n"
		     "done\nnext\n");
	check_script(one_to_two,
		     PIPELINED SIZED JO ANN
		     "C DATA\nS 250 ok\nS 250 ok\nS 250 ok\nS 452 4.3.1 full\n"
		     "C RSET\nS 500 what\n" BYE,
		     "next\n"
		     "result 0 data deferred 452 4.3.1 full\n"
		     "result 1 data deferred 452 4.3.1 full\n"
		     "done\nfailed rset refused 500 5.5.2 what\n");
}

TEST(client_several_messages)
{
	check_script(two_messages,
		     PLAIN_HELLO MAIL "S 250 ok\n" JO
				      "S 250 ok\nC DATA\nS 354 go\nC one\nC .\n"
				      "S 250 ok\n" MAIL "S 250 ok\n" ANN
				      "S 250 ok\nC DATA\nS 354 go\nC two\nC .\n"
				      "S 250 ok\n" BYE,
		     "next\nresult 0 end delivered 250 2.0.0 ok\ndone\n"
		     "next\nresult 0 end delivered 250 2.0.0 ok\ndone\nnext\n");
	check_script(two_messages, /* RFC 9422 4.1 */
		     HELLO "S 250-mx\nS 250 LIMITS MAILMAX=1\n" MAIL "S 250 ok\n" JO
			   "S 250 ok\nC DATA\nS 354 go\nC one\nC .\nS 250 ok\n" BYE,
		     "next\nresult 0 end delivered 250 2.0.0 ok\ndone\n");
}

/* ---- sessions that fail ---- */

TEST(client_greetings)
{
	check_script(one_to_two, "S 554 no service\n" BYE,
		     "failed greeting refused 554 5.0.0 no service\n");
	check_script(one_to_two, "S 450 later\nC QUIT\nS 500 what\n",
		     "failed greeting deferred 450 4.2.0 later\n");
	check_script(one_to_two, "S 421 4.3.2 full\n",
		     "failed greeting deferred 421 4.3.2 full\n");
	check_script(one_to_two, "S 354 go\n",
		     "failed greeting deferred 0 4.5.0 a reply that fits no command\n");
	check_script(one_to_two, "S HTTP/1.1 400 Bad Request\n",
		     "failed greeting deferred 0 4.5.0 a malformed reply\n");
	check_script(one_to_two, "EOF\n",
		     "failed greeting deferred 0 4.4.2 the peer closed the connection\n");
	check_script(
		one_to_two, "TIMEOUT\n",
		"failed greeting deferred 0 4.4.2 the peer did not answer in time\n");
	check_script(one_to_two, "S 554 no\nC QUIT\nEOF\n",
		     "failed greeting refused 554 5.0.0 no\n");
	check_script(one_to_two, "S 554 no\nC QUIT\nTIMEOUT\n",
		     "failed greeting refused 554 5.0.0 no\n");
}

TEST(client_falls_back_to_helo)
{
	check_script(two_messages,
		     HELLO "S 502 what\nC HELO client.example.test\nS 250 mx\n" MAIL
			   "S 421 bye\n",
		     "next\nresult 0 mail deferred 421 4.3.2 bye\ndone\n");
	check_script(one_to_two,
		     HELLO "S 500 what\nC HELO client.example.test\nS 550 go away\n" BYE,
		     "failed helo refused 550 5.0.0 go away\n");
	check_script(one_to_two, HELLO "S 450 later\n" BYE,
		     "failed ehlo deferred 450 4.2.0 later\n");
}

TEST(client_connection_breaks)
{
	check_script(one_to_two, PLAIN_HELLO MAIL "S 250 ok\n" JO "EOF\n",
		     "next\n"
		     "result 0 rcpt deferred 0 4.4.2 the peer closed the connection\n"
		     "result 1 rcpt deferred 0 4.4.2 the peer closed the connection\n"
		     "done\n");
	check_script(one_to_two,
		     PIPELINED SIZED JO ANN
		     "C DATA\nS 250 ok\nS 550 no\nS 250 ok\nS 354 go\n" CONTENT
		     "TIMEOUT\n",
		     "next\n"
		     "result 0 rcpt refused 550 5.0.0 no\n"
		     "result 1 end deferred 0 4.4.2 the peer did not answer in time\n"
		     "done\n");
	check_script(one_to_two, PLAIN_HELLO MAIL "S 250 ok\n" JO "S 354 go\n",
		     "next\n"
		     "result 0 rcpt deferred 0 4.5.0 a reply that fits no command\n"
		     "result 1 rcpt deferred 0 4.5.0 a reply that fits no command\n"
		     "done\n");
	check_script(two_messages,
		     PLAIN_HELLO MAIL "S 250 ok\n" JO "S 250 ok\nC DATA\nS 250 taken\n",
		     "next\nresult 0 data deferred 0 4.5.0 the peer took DATA for "
		     "done\ndone\n");
}

static void unreadable(struct test_sender *t)
{
	two_messages(t);
	t->cannot_read = true;
}

TEST(client_message_cannot_be_read)
{
	check_script(unreadable,
		     PLAIN_HELLO MAIL "S 250 ok\n" JO "S 250 ok\nC DATA\nS 354 go\n",
		     "next\nresult 0 content deferred 0 4.3.0 the message cannot be "
		     "read\ndone\n");
}

/* ---- the end from our side ---- */

TEST(client_shut_down)
{
	struct test_sender t;
	struct engine *e;

	sender_init(&t);
	two_messages(&t);
	e = sender_connect(&t, NULL);
	e->ops->shut_down(e);
	CHECK_INT(engine_want(e), WANT_CLOSE);
	CHECK_SLICE(buf_slice(&t.events),
		    S("failed greeting deferred 0 4.3.2 we are stopping\n"));
	sender_end(&t);

	sender_init(&t);
	two_messages(&t);
	e = sender_connect(&t, NULL);
	buf_add(&t.input, S("220 mx\r\n250-mx\r\n250 PIPELINING\r\n"));
	sender_work(&t, 100);
	e->ops->shut_down(e); /* the message in hand comes to its end */
	buf_add(&t.input, S("250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n"));
	sender_work(&t, 100);
	CHECK(slice_ends_nocase(buf_slice(&t.said), S("one\r\n.\r\nQUIT\r\n")));
	CHECK_SLICE(buf_slice(&t.events),
		    S("next\nresult 0 end delivered 250 2.0.0 ok\ndone\n"));
	sender_end(&t);
}

TEST(client_freed_in_a_transaction)
{
	struct test_sender t;

	sender_init(&t);
	one_to_two(&t);
	sender_connect(&t, NULL);
	buf_add(&t.input,
		S("220 mx\r\n250-mx\r\n250 PIPELINING\r\n250 ok\r\n550 no\r\n"));
	sender_work(&t, 100);
	sender_free_client(&t);
	CHECK_SLICE(buf_slice(&t.events),
		    S("next\nresult 0 rcpt refused 550 5.0.0 no\n"
		      "result 1 rcpt deferred 0 4.4.2 the connection was lost\ndone\n"));
	sender_end(&t);
}

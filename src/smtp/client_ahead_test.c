/* The next message given while one is in hand. */
#include "smtp/client_script_test.h"

static void two_ahead(struct test_sender *t)
{
	two_messages(t);
	t->gives_ahead = true;
}

#define FIRST MAIL JO "C DATA\nS 250 ok\nS 250 ok\nS 354 go\nC one\nC .\n"
#define SECOND MAIL ANN "C DATA\n"
#define PIPES HELLO "S 250-mx\nS 250 PIPELINING\n"
#define AHEAD "next\nahead\nresult 0 end delivered 250 2.0.0 ok\ndone\n"

/* RFC 2920 3.1: its envelope follows the end of the first, in the same group. */
TEST(client_ahead)
{
	check_script(two_ahead,
		     PIPES FIRST SECOND
		     "S 250 ok\nS 250 ok\nS 250 ok\nS 354 go\nC two\nC .\nS 250 ok\n" BYE,
		     AHEAD "result 0 end delivered 250 2.0.0 ok\ndone\nnext\n");
}

/* Each has its own results, whatever became of the other. */
TEST(client_ahead_after_a_refusal)
{
	check_script(two_ahead,
		     PIPES FIRST SECOND
		     "S 550 no\nS 250 ok\nS 250 ok\nS 354 go\nC two\nC .\nS 250 ok\n" BYE,
		     "next\nahead\nresult 0 end refused 550 5.0.0 no\ndone\n"
		     "result 0 end delivered 250 2.0.0 ok\ndone\nnext\n");
	check_script(two_ahead,
		     PIPES FIRST SECOND "S 250 ok\nS 450 later\nS 503 no\nS 503 no\n"
					"C RSET\nS 250 ok\n" BYE,
		     AHEAD "result 0 mail deferred 450 4.2.0 later\ndone\nnext\n");
}

/* Nothing of it was sent: it is for another session. */
TEST(client_ahead_comes_back)
{
	check_script(two_ahead, PIPES FIRST SECOND "EOF\n",
		     "next\nahead\nresult 0 end deferred 0 4.4.2 the peer closed the "
		     "connection\ndone\nreturned\n");
	check_script(
		two_ahead, PIPES FIRST SECOND "S 421 bye\n",
		"next\nahead\nresult 0 end deferred 421 4.3.2 bye\ndone\nreturned\n");
}

/* A peer that does not announce it gets one command after the other. */
TEST(client_ahead_needs_pipelining)
{
	check_script(two_ahead,
		     PLAIN_HELLO MAIL
		     "S 250 ok\n" JO "S 250 ok\nC DATA\nS 354 go\nC one\nC .\nC-\n"
		     "S 250 ok\n" MAIL "S 250 ok\n" ANN
		     "S 250 ok\nC DATA\nS 354 go\nC two\nC .\nS 250 ok\n" BYE,
		     DELIVERED "result 0 end delivered 250 2.0.0 ok\ndone\nnext\n");
	check_script(two_ahead,
		     HELLO "S 250-mx\nS 250-PIPELINING\nS 250 LIMITS MAILMAX=1\n" FIRST
			   "C-\nS 250 ok\n" BYE,
		     "next\nresult 0 end delivered 250 2.0.0 ok\ndone\n");
}

#define CHUNKS HELLO "S 250-mx\nS 250-PIPELINING\nS 250 CHUNKING\n"
#define FIRST_CHUNK MAIL JO "S 250 ok\nS 250 ok\nC BDAT 5 LAST\nC one\n"

TEST(client_ahead_of_chunks)
{
	check_script(two_ahead,
		     CHUNKS FIRST_CHUNK MAIL ANN
		     "S 250 ok\nS 250 ok\nS 250 ok\nC BDAT 5 LAST\nC two\nS 250 ok\n" BYE,
		     AHEAD "result 0 end delivered 250 2.0.0 ok\ndone\nnext\n");
}

/* Behind a chunk that failed, only RSET counts (RFC 3030 2): whatever was answered. */
TEST(client_ahead_of_a_chunk_that_fails)
{
	check_script(two_ahead,
		     CHUNKS FIRST_CHUNK MAIL ANN
		     "S 451 later\nS 503 no\nS 503 no\nC RSET\nS 250 ok\n" MAIL ANN
		     "S 250 ok\nS 250 ok\nC BDAT 5 LAST\nC two\nS 250 ok\n" BYE,
		     "next\nahead\nresult 0 end deferred 451 4.3.0 later\ndone\n"
		     "result 0 end delivered 250 2.0.0 ok\ndone\nnext\n");
	check_script(
		two_ahead,
		CHUNKS FIRST_CHUNK MAIL ANN "S 451 later\nC RSET\nS 250 ok\nEOF\n",
		"next\nahead\nresult 0 end deferred 451 4.3.0 later\ndone\nreturned\n"
		"failed rset deferred 0 4.4.2 the peer closed the connection\n");
}

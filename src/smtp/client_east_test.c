/* The servers of the EAST collection, which try to talk a client out of TLS: whatever
 * they answer, a client that must have TLS says nothing of a message without it. */
#include <dirent.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/test.h"
#include "smtp/test_sender.h"

/* A server as one of the files describes it. */
struct east {
	slice text; /* of the file, without comments */
	bool tls;
};

/* The string behind `key`, as written in the file; fallback where there is none. */
static slice answer(const struct east *s, slice key, slice fallback)
{
	slice rest = slice_skip(s->text, slice_find_nocase(s->text, key)), value;

	if (!take_literal_nocase(&rest, key) || !take_until(&rest, '"', &value) ||
	    !take_until(&rest, '"', &value))
		return fallback;
	return value;
}

static bool offers_starttls(const struct east *s)
{
	slice rest = slice_skip(s->text, slice_find(s->text, S("capabilities:"))), list;

	return take_until(&rest, ']', &list) && slice_find(list, S("StartTLS")) < list.n;
}

/* The files write CRLF as escapes. */
static void say(struct test_sender *t, slice text)
{
	slice line;

	while (text.n) {
		size_t n = slice_find(text, S("\\r\\n"));

		line = slice_head(text, n);
		text = slice_skip(text, n + 4);
		buf_add(&t->input, line);
		buf_add(&t->input, S("\r\n"));
	}
}

static void hear(struct east *s, struct test_sender *t, slice line)
{
	if (slice_starts(line, S("EHLO")))
		say(t,
		    answer(s, S("\"ehlo\""),
			   !s->tls && offers_starttls(s) ? S("250-mx\\r\\n250 STARTTLS")
							 : S("250 mx")));
	else if (slice_starts(line, S("HELO")))
		say(t, answer(s, S("\"helo\""), S("250 mx")));
	else if (slice_starts(line, S("STARTTLS")))
		say(t, answer(s, S("stls_response:"),
			      answer(s, S("\"starttls\""), S("220 go"))));
	else if (slice_starts(line, S("RSET")))
		say(t, answer(s, S("\"rset\""), S("250 ok")));
	else if (slice_starts(line, S("QUIT")))
		say(t, answer(s, S("\"quit\""), S("221 bye")));
	else if (slice_starts(line, S("DATA")))
		say(t, S("354 go"));
	else if (slice_starts(line, S("MAIL")) || slice_starts(line, S("RCPT")) ||
		 slice_eq(line, S(".")))
		say(t, S("250 ok"));
}

static void serve(struct east *s, struct test_sender *t)
{
	static const struct tls_facts facts = { .protocol = SLICE_INIT("TLSv1.3") };
	struct engine *e = sender_connect(t, NULL);
	size_t heard = 0;

	say(t, answer(s, S("greeting:"), S("220 mx")));
	for (;;) {
		slice rest, line;

		sender_work(t, 100'000);
		if (engine_want(e) == WANT_CLOSE) return;
		if (engine_want(e) == WANT_TLS) {
			s->tls = true;
			e->ops->tls_started(e, &facts);
			continue;
		}
		rest = slice_skip(buf_slice(&t->said), heard);
		if (!take_line(&rest, &line)) {
			e->ops->timed_out(e);
			continue;
		}
		heard = t->said.n - rest.n;
		if (!s->tls && t->config.tls == CLIENT_TLS_ALWAYS)
			CHECK(!slice_starts(line, S("MAIL")));
		hear(s, t, line);
	}
}

static void check_policy(slice text, unsigned policy)
{
	static const struct smtp_client_rcpt jo = { .forward_path =
							    SLICE_INIT("jo@b.test") };
	struct east s = { .text = text };
	struct test_sender t;

	sender_init(&t);
	t.config.tls = policy;
	sender_add(&t, &jo, 1, S("x"));
	serve(&s, &t);
	if (policy == CLIENT_TLS_ALWAYS && !s.tls) CHECK(t.has_failed);
	sender_end(&t);
}

static int check_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	int count = 0;

	CHECK(d != NULL);
	while ((entry = readdir(d))) {
		char name[4096];
		slice text;

		if (entry->d_name[0] == '.') continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (!slice_ends_nocase(slice_of(name), S(".ron"))) {
			count += check_folder(name);
			continue;
		}
		text = test_read_file(name);
		for (unsigned policy = CLIENT_TLS_NEVER; policy <= CLIENT_TLS_ALWAYS;
		     policy++)
			check_policy(text, policy);
		free((void *)(uintptr_t)text.p);
		count++;
	}
	closedir(d);
	return count;
}

TEST(client_against_east)
{
	CLEANUP(cleanup_free) char *path = test_data_path("starttls-east/smtp");

	if (!path) TEST_SKIP();
	CHECK(check_folder(path) > 40);
}

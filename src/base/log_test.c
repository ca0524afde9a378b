#include "base/log.h"

#include <string.h>
#include <unistd.h>

#include "base/test.h"

/* What was logged since the last call, without the time at the front. */
static slice logged(int fd)
{
	static char line[2 * LOG_LINE_MAX];
	ssize_t n = read(fd, line, sizeof(line));
	slice s = { line, n > 0 ? (size_t)n : 0 };

	CHECK(s.n <= LOG_LINE_MAX);
	return slice_starts(s, S("{")) ? s : slice_skip(s, slice_find_char(s, ' ') + 1);
}

static void begin(int fds[2], enum log_format format)
{
	CHECK_INT(pipe(fds), 0);
	log_set_fd(fds[1]);
	log_set_format(format);
}

static void end(int fds[2])
{
	log_set_fd(STDERR_FILENO);
	log_set_format(LOG_TEXT);
	log_set_level(LOG_INFO);
	close(fds[0]);
	close(fds[1]);
}

TEST(log_text_lines)
{
	int fds[2];

	begin(fds, LOG_TEXT);
	log_event(LOG_INFO, "server.ready");
	CHECK_SLICE(logged(fds[0]), S("info server.ready\n"));
	log_event(LOG_WARNING, "smtp.refused", LOG_STR("from", S("jo@a.test")),
		  LOG_INT("size", -5), LOG_BOOL("tls", true), LOG_ERR("why", ERR_LIMIT));
	CHECK_SLICE(logged(fds[0]),
		    S("warning smtp.refused from=jo@a.test size=-5 tls=yes why=limit\n"));
	end(fds);
}

/* A number leaves the rest of the union as it was. */
TEST(log_takes_no_number_for_a_string)
{
	struct log_field fields[] = { { .key = "n", .type = LOG_TYPE_INT },
				      { .key = NULL } };
	int fds[2];

	fields[0].string = (slice){ NULL, SIZE_MAX };
	fields[0].number = 7;
	begin(fds, LOG_TEXT);
	log_write(LOG_INFO, "e", fields);
	CHECK_SLICE(logged(fds[0]), S("info e n=7\n"));
	end(fds);
}

TEST(log_quotes_what_could_deceive)
{
	static const struct {
		slice value, text;
	} t[] = {
		{ SLICE_INIT(""), SLICE_INIT("\"\"") },
		{ SLICE_INIT("a b"), SLICE_INIT("\"a b\"") },
		{ SLICE_INIT("a=b"), SLICE_INIT("\"a=b\"") },
		{ SLICE_INIT("x\r\ninfo forged"), SLICE_INIT("\"x\\r\\ninfo forged\"") },
		{ SLICE_INIT("\"\\\t\0\x1b"), SLICE_INIT("\"\\\"\\\\\\t\\x00\\x1b\"") },
		{ SLICE_INIT("\xff\xc3\xa9"), SLICE_INIT("\"\\xff\xc3\xa9\"") },
		{ SLICE_INIT("caf\xc3\xa9"), SLICE_INIT("caf\xc3\xa9") },
		/* NOLINTBEGIN(misc-misleading-bidirectional): what must not pass */
		{ SLICE_INIT("\xe2\x80\xae"), SLICE_INIT("\"\\xe2\\x80\\xae\"") },
		/* NOLINTEND(misc-misleading-bidirectional) */
		{ SLICE_INIT("\xc2\x9b"), SLICE_INIT("\"\\xc2\\x9b\"") },
	};
	int fds[2];

	begin(fds, LOG_TEXT);
	for (size_t i = 0; i < countof(t); i++) {
		slice line;

		log_event(LOG_INFO, "e", LOG_STR("k", t[i].value));
		line = logged(fds[0]);
		CHECK(take_literal(&line, S("info e k=")));
		CHECK_SLICE(slice_head(line, line.n - 1), t[i].text);
	}
	end(fds);
}

TEST(log_json_lines)
{
	int fds[2];
	slice line;

	begin(fds, LOG_JSON);
	log_event(LOG_ERROR, "e", LOG_STR("k", S("\"\xff\n")), LOG_INT("n", INT64_MIN),
		  LOG_BOOL("b", false));
	line = logged(fds[0]);
	CHECK(take_literal(&line, S("{\"time\":\"20")));
	CHECK_SLICE(
		slice_skip(line, slice_find(line, S(",\"level\""))),
		S(",\"level\":\"error\",\"event\":\"e\",\"k\":\"\\\"\xef\xbf\xbd\\n\","
		  "\"n\":-9223372036854775808,\"b\":false}\n"));
	end(fds);
}

static void check_cut(enum log_format format, slice want_end)
{
	char text[LOG_VALUE_MAX + 1] = { 0 };
	slice value = { text, sizeof(text) }, line;
	int fds[2];

	begin(fds, format);
	log_event(LOG_INFO, "e", LOG_STR("a", value), LOG_STR("b", value),
		  LOG_STR("c", value), LOG_STR("d", value));
	line = logged(fds[0]);
	CHECK_SLICE(slice_skip(line, line.n - want_end.n), want_end);
	end(fds);
}

TEST(log_leaves_out_what_does_not_fit)
{
	check_cut(LOG_TEXT, S("\\x00\" cut=yes\n"));
	check_cut(LOG_JSON, S("\\u0000\",\"cut\":true}\n"));
}

TEST(log_filters_by_level)
{
	enum log_level level = LOG_ERROR;
	int evaluated = 0;
	int fds[2];

	begin(fds, LOG_TEXT);
	log_event(LOG_DEBUG, "unseen", LOG_INT("n", ++evaluated));
	CHECK_INT(evaluated, 0);
	CHECK(log_level_of(S("debug"), &level));
	CHECK(!log_level_of(S("Debug "), &level));
	log_set_level(level);
	log_event(LOG_DEBUG, "seen", LOG_INT("n", ++evaluated));
	CHECK_SLICE(logged(fds[0]), S("debug seen n=1\n"));
	end(fds);
}

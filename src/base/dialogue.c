#include "base/dialogue.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/dialogue_text.h"
#include "base/test.h"

enum {
	FILE_LINES_MAX = 5000,
	TRAFFIC_MAX = 64 * 1024 * 1024, /* octets waiting in one direction */
};

struct connection {
	struct engine *engine;
	struct buf to_engine, from_engine;
};

struct runner {
	const struct dialogue_host *ops;
	void *context;
	const char *path;
	slice lines[FILE_LINES_MAX];
	size_t count, at; /* lines; the present one */
	size_t cut;       /* octets that the engine is given at a time */
	bool is_skipped;
	struct connection connections[DIALOGUE_CONNECTIONS_MAX + 1];
	char speaker; /* the connection that spoke last, for "|" */
	struct dialogue_groups groups;
};

__attribute__((noreturn)) static void deviation(const struct runner *r, const char *what,
						slice got)
{
	fail_msg("%s:%zu (cut %zu): %s: %.*s", r->path, r->at + 1, r->cut, what,
		 FMT(got));
	abort();
}

static void collect(struct connection *c)
{
	struct buf *out = engine_output(c->engine);

	buf_add(&c->from_engine, buf_slice(out));
	buf_drop(out, out->n);
}

static void work(struct runner *r)
{
	r->ops->work(r->context);
	for (size_t i = 0; i <= DIALOGUE_CONNECTIONS_MAX; i++)
		if (r->connections[i].engine) collect(&r->connections[i]);
}

/* True when something was done, so that the look must be repeated. */
static bool advance(struct runner *r, struct connection *c, size_t *window)
{
	slice waiting = buf_slice(&c->to_engine);
	enum want want = engine_want(c->engine);
	size_t taken;

	if (want == WANT_DRAIN) {
		c->engine->ops->drained(c->engine);
		return true;
	}
	if (want != WANT_INPUT || !waiting.n || *window > waiting.n + r->cut)
		return false;
	taken = engine_feed(c->engine, slice_head(waiting, *window));
	buf_drop(&c->to_engine, taken);
	*window = taken ? r->cut : *window + r->cut;
	return true;
}

static void pump(struct runner *r, struct connection *c)
{
	size_t window = r->cut;

	do {
		work(r);
	} while (advance(r, c, &window));
}

static struct connection *connection(struct runner *r, char digit)
{
	struct connection *c = &r->connections[is_digit(digit) ? digit - '0' : 1];

	if (c->engine) return c;
	buf_init(&c->to_engine, TRAFFIC_MAX);
	buf_init(&c->from_engine, TRAFFIC_MAX);
	c->engine = r->ops->connect(r->context);
	return c;
}

/* Octets of the next block of "|" lines. */
static size_t block_octets(const struct runner *r)
{
	size_t i = r->at, n = 0;

	while (i < r->count && !slice_starts(r->lines[i], S("|")))
		i++;
	for (; i < r->count && slice_starts(r->lines[i], S("|")); i++)
		n += slice_skip(r->lines[i], 2).n + 2;
	return n;
}

static void send_repeated(struct runner *r, struct connection *c, slice text)
{
	uint32_t times;

	if (!take_u32(&text, &times) || !take_char(&text, ' '))
		deviation(r, "C* wants a number", text);
	while (times--)
		dialogue_unescape(text, &c->to_engine);
}

static void client_step(struct runner *r, struct connection *c, char kind, slice text)
{
	struct buf line;

	buf_init(&line, TRAFFIC_MAX);
	dialogue_expand(&r->groups, text, block_octets(r), &line);
	if (kind == ':') {
		buf_add(&c->to_engine, buf_slice(&line));
		buf_add(&c->to_engine, S("\r\n"));
	} else if (kind == '-') {
		dialogue_unescape(buf_slice(&line), &c->to_engine);
	} else if (kind == '*') {
		send_repeated(r, c, buf_slice(&line));
	} else if (kind == '$') {
		pump(r, c);
		c->engine->ops->input_ended(c->engine);
	} else {
		deviation(r, "unknown step", text);
	}
	buf_done(&line);
}

/* The server's next line, without its end; it stays in the buf. */
static bool next_line(struct connection *c, slice *ret, size_t *ret_octets)
{
	slice all = buf_slice(&c->from_engine);
	size_t n = slice_find_char(all, '\n');

	if (n == all.n) return false;
	*ret_octets = n + 1;
	*ret = slice_head(all, n && all.p[n - 1] == '\r' ? n - 1 : n);
	return true;
}

static bool matches(struct runner *r, slice pattern, slice line)
{
	bool fits;

	if (!dialogue_matches(&r->groups, pattern, line, &fits))
		deviation(r, "bad regular expression", pattern);
	return fits;
}

static bool fits(struct runner *r, char kind, slice text, slice line)
{
	struct buf exact;
	bool same;

	if (kind != ':') return matches(r, text, line);
	buf_init(&exact, TRAFFIC_MAX);
	dialogue_expand(&r->groups, text, 0, &exact);
	same = slice_eq(buf_slice(&exact), line);
	buf_done(&exact);
	return same;
}

static void expect_line(struct runner *r, struct connection *c, char kind, slice text)
{
	size_t octets;
	slice line;

	if (!next_line(c, &line, &octets))
		deviation(r, "no line from the server, but", buf_slice(&c->from_engine));
	if (!fits(r, kind, text, line)) deviation(r, "not what the server says", line);
	buf_drop(&c->from_engine, octets);
}

static void skip_lines(struct runner *r, struct connection *c, slice text)
{
	size_t octets;
	slice line;

	while (next_line(c, &line, &octets) && matches(r, text, line))
		buf_drop(&c->from_engine, octets);
}

static void expect_silence(struct runner *r, struct connection *c)
{
	if (c->from_engine.n) deviation(r, "unexpected", buf_slice(&c->from_engine));
}

static void server_step(struct runner *r, struct connection *c, char kind, slice text)
{
	pump(r, c);
	if (kind == ':' || kind == '~')
		expect_line(r, c, kind, text);
	else if (kind == '*')
		skip_lines(r, c, text);
	else
		expect_silence(r, c);
	if (kind == '$' && engine_want(c->engine) != WANT_CLOSE)
		deviation(r, "the server did not close", S(""));
}

static void start_tls(struct runner *r, struct connection *c)
{
	static const struct tls_facts facts = {
		.protocol = SLICE_INIT("TLSv1.3"),
		.cipher = SLICE_INIT("TLS_AES_256_GCM_SHA384"),
		.bits = 256,
	};

	pump(r, c);
	if (engine_want(c->engine) != WANT_TLS || c->to_engine.n)
		deviation(r, "not the moment for TLS", buf_slice(&c->to_engine));
	c->engine->ops->tls_started(c->engine, &facts);
}

static void deliver(struct runner *r, slice user)
{
	struct buf message;

	if (!r->ops->deliver) deviation(r, "no deliveries here", user);
	buf_init(&message, TRAFFIC_MAX);
	while (r->at + 1 < r->count && slice_starts(r->lines[r->at + 1], S("|"))) {
		buf_add(&message, slice_skip(r->lines[++r->at], 2));
		buf_add(&message, S("\r\n"));
	}
	r->ops->deliver(r->context, user, buf_slice(&message));
	buf_done(&message);
}

static void set_option(struct runner *r, slice text)
{
	slice key = text;

	(void)take_word(&text, &key);
	text = slice_trim(text);
	if (slice_eq(key, S("only")))
		r->is_skipped = !slice_eq(text, S("engine"));
	else if (!r->ops->option || !r->ops->option(r->context, key, text))
		r->is_skipped = true;
	if (r->is_skipped) printf("%s skipped: %.*s\n", r->path, FMT(r->lines[r->at]));
}

/* "C2: text" apart; connection 1 where no digit stands. */
static void talk(struct runner *r, slice line)
{
	char who = line.p[0], digit = '1';
	struct connection *c;

	line = slice_skip(line, 1);
	if (line.n && is_digit(line.p[0])) {
		digit = line.p[0];
		line = slice_skip(line, 1);
	}
	if (!line.n) deviation(r, "unknown step", line);
	c = connection(r, digit);
	r->speaker = digit;
	(who == 'C' ? client_step : server_step)(r, c, line.p[0], slice_skip(line, 2));
}

static void step(struct runner *r, slice line)
{
	if (!line.n || line.p[0] == '#') return;
	if (take_literal(&line, S("! "))) {
		set_option(r, line);
	} else if (take_literal(&line, S("M "))) {
		deliver(r, line);
	} else if (take_literal(&line, S("TLS"))) {
		start_tls(r, connection(r, line.n ? line.p[0] : '1'));
	} else if (take_literal(&line, S("TIMEOUT"))) {
		struct connection *c = connection(r, line.n ? line.p[0] : '1');

		pump(r, c);
		c->engine->ops->timed_out(c->engine);
	} else if (take_char(&line, '|')) {
		client_step(r, connection(r, r->speaker), ':', slice_skip(line, 1));
	} else {
		talk(r, line);
	}
}

/* No line may be left over. */
static void check_ends(struct runner *r)
{
	for (size_t i = 0; i <= DIALOGUE_CONNECTIONS_MAX; i++) {
		struct connection *c = &r->connections[i];

		if (!c->engine) continue;
		pump(r, c);
		expect_silence(r, c);
	}
}

static void finish(struct runner *r)
{
	if (!r->is_skipped) check_ends(r);
	for (size_t i = 0; i <= DIALOGUE_CONNECTIONS_MAX; i++) {
		struct connection *c = &r->connections[i];

		if (c->engine) c->engine->ops->free(c->engine);
		buf_done(&c->to_engine);
		buf_done(&c->from_engine);
		c->engine = NULL;
	}
	dialogue_groups_done(&r->groups);
	r->ops->end(r->context);
}

static void run(struct runner *r, size_t cut)
{
	r->cut = cut;
	r->speaker = '1';
	dialogue_groups_init(&r->groups);
	r->ops->begin(r->context);
	for (r->at = 0; r->at < r->count && !r->is_skipped; r->at++)
		step(r, r->lines[r->at]);
	finish(r);
}

static void run_file(const char *path, const struct dialogue_host *ops, void *context)
{
	static const size_t cuts[] = { 1 << 20, 1, 7 };
	struct runner *r = calloc(1, sizeof(*r));
	slice text = test_read_file(path), rest = text;

	r->ops = ops;
	r->context = context;
	r->path = path;
	while (rest.n && r->count < FILE_LINES_MAX) {
		size_t n = slice_find_char(rest, '\n');

		r->lines[r->count++] = slice_head(rest, n);
		rest = slice_skip(rest, n + 1);
	}
	for (size_t i = 0; i < countof(cuts) && !r->is_skipped; i++)
		run(r, cuts[i]);
	free((void *)(uintptr_t)text.p);
	free(r);
}

static int is_dialogue(const struct dirent *d)
{
	return slice_ends_nocase(slice_of(d->d_name), S(".txt"));
}

void dialogue_run_folder(const char *folder, const struct dialogue_host *ops,
			 void *context)
{
	struct dirent **names;
	char *root = NULL;
	int count;

	if (asprintf(&root, DIALOGUES "/%s", folder) < 0) abort();
	count = scandir(root, &names, is_dialogue, alphasort);
	if (count <= 0) fail_msg("no dialogues in %s", root);
	for (int i = 0; i < count; i++) {
		char *path = NULL;

		if (asprintf(&path, "%s/%s", root, names[i]->d_name) < 0) abort();
		run_file(path, ops, context);
		free(path);
		free(names[i]);
	}
	free(names);
	free(root);
}

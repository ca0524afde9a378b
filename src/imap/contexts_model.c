#include "imap/contexts_model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/replay.h"

enum {
	RESULTS_MAX = 300,
	MESSAGES_MAX = 100, /* appended by one play */
	REPLIES_MAX = 16 << 20,
	DEEDS_MAX = 120,
};

static const struct {
	slice command, criteria;
	bool is_sorted;
} searches[] = {
	{ SLICE_INIT("SEARCH"), SLICE_INIT("FLAGGED"), false },
	{ SLICE_INIT("UID SEARCH"), SLICE_INIT("OR DELETED FLAGGED"), false },
	{ SLICE_INIT("SORT"), SLICE_INIT("(SUBJECT) UTF-8 UNFLAGGED"), true },
	{ SLICE_INIT("UID SORT"), SLICE_INIT("(REVERSE SUBJECT) UTF-8 ALL"), true },
	{ SLICE_INIT("UID SORT"), SLICE_INIT("(SIZE ARRIVAL) UTF-8 UNDELETED"), true },
	{ SLICE_INIT("SORT"), SLICE_INIT("(RELEVANCY) UTF-8 FUZZY SUBJECT abcd FLAGGED"),
	  true },
	{ SLICE_INIT("UID SORT"),
	  SLICE_INIT("(RELEVANCY REVERSE SUBJECT) UTF-8 FUZZY TEXT abcd"), true },
};

/* Results as the client has them. */
struct results {
	bool is_known;
	uint32_t at[RESULTS_MAX];
	uint32_t count;
};

struct player {
	struct test_host host;
	struct engine *watcher, *other;
	struct buf replies;
	uint32_t exists, appended;
	struct results results[countof(searches)];
	struct results anew; /* of a search without UPDATE */
};

static void check(bool holds)
{
	if (!holds) abort();
}

/* --- talking --- */

static void talk(struct player *p, struct engine *e, slice bytes)
{
	buf_reset(&p->replies);
	replay_feed(&p->host, e, bytes, SIZE_MAX, &p->replies);
}

__attribute__((format(printf, 3, 4))) static void say(struct player *p, struct engine *e,
						      const char *format, ...)
{
	char line[500];
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(line, sizeof(line), format, list);
	va_end(list);
	check(n > 0 && n < (int)sizeof(line));
	talk(p, e, slice_of(line));
}

/* --- results --- */

static bool is_by_uid(size_t search)
{
	return slice_starts(searches[search].command, S("UID "));
}

static uint32_t find_place(const struct results *r, uint32_t value)
{
	uint32_t i = 0;

	while (i < r->count && r->at[i] != value)
		i++;
	return i;
}

static void insert(struct results *r, uint32_t place, uint32_t value)
{
	check(place <= r->count && r->count < RESULTS_MAX &&
	      find_place(r, value) == r->count);
	memmove(r->at + place + 1, r->at + place, (r->count - place) * sizeof(r->at[0]));
	r->at[place] = value;
	r->count++;
}

static void drop(struct results *r, uint32_t place)
{
	check(place < r->count);
	r->count--;
	memmove(r->at + place, r->at + place + 1, (r->count - place) * sizeof(r->at[0]));
}

/* In mailbox order. */
static uint32_t place_by_value(const struct results *r, uint32_t value)
{
	uint32_t i = 0;

	while (i < r->count && r->at[i] < value)
		i++;
	return i;
}

static bool take_range(slice *in, uint32_t *first, uint32_t *last)
{
	if (!take_u32(in, first)) return false;
	*last = *first;
	return !take_char(in, ':') || (take_u32(in, last) && *last > *first);
}

/* Position 0 is of what is in the mailbox's order only (4.3.3, 4.3.4). */
static void apply_one(struct results *r, bool adds, uint32_t position, uint32_t value)
{
	uint32_t place = position - 1;

	if (!position) place = adds ? place_by_value(r, value) : find_place(r, value);
	if (adds) {
		insert(r, place, value);
	} else {
		check(place < r->count && r->at[place] == value);
		drop(r, place);
	}
}

static void take_pair(struct player *p, slice *in, size_t search, bool adds)
{
	struct results *r = &p->results[search];
	uint32_t position, first, last;

	check(take_u32(in, &position) && take_char(in, ' '));
	check(!position == !searches[search].is_sorted);
	do {
		check(take_range(in, &first, &last));
		check(is_by_uid(search) || last <= p->exists);
		for (uint32_t v = first; v <= last; v++) {
			apply_one(r, adds, position, v);
			if (adds && position) position++;
		}
	} while (take_char(in, ','));
}

static void take_update(struct player *p, slice in, size_t search)
{
	bool adds = take_literal(&in, S("ADDTO ("));

	check(p->results[search].is_known);
	check(adds || take_literal(&in, S("REMOVEFROM (")));
	do
		take_pair(p, &in, search, adds);
	while (take_char(&in, ' '));
	check(slice_eq(in, S(")")));
}

static void take_all(slice in, struct results *r)
{
	uint32_t first, last;

	r->count = 0;
	r->is_known = true;
	if (!take_literal(&in, S("ALL "))) return;
	do {
		check(take_range(&in, &first, &last));
		for (uint32_t v = first; v <= last; v++)
			insert(r, r->count, v);
	} while (take_char(&in, ','));
	check(!in.n);
}

/* --- what the watcher is told --- */

static void take_esearch(struct player *p, slice in)
{
	uint32_t search = countof(searches);
	bool is_anew = take_literal(&in, S("anew\")"));

	if (!is_anew)
		check(take_char(&in, 'c') && take_u32(&in, &search) &&
		      search < countof(searches) && take_literal(&in, S("\")")));
	if (!is_anew) check(slice_starts(in, S(" UID")) == is_by_uid(search));
	(void)take_literal(&in, S(" UID"));
	(void)take_char(&in, ' ');
	if (is_anew)
		take_all(in, &p->anew);
	else if (!in.n || slice_starts(in, S("ALL ")))
		take_all(in, &p->results[search]);
	else
		take_update(p, in, search);
}

static void take_expunge(struct player *p, uint32_t number)
{
	check(number && number <= p->exists);
	p->exists--;
	for (size_t s = 0; s < countof(searches); s++) {
		struct results *r = &p->results[s];

		if (!r->is_known || is_by_uid(s)) continue;
		check(find_place(r, number) == r->count);
		for (uint32_t i = 0; i < r->count; i++)
			if (r->at[i] > number) r->at[i]--;
	}
}

static void hear(struct player *p)
{
	slice rest = buf_slice(&p->replies), line;
	uint32_t number;

	while (take_line(&rest, &line)) {
		if (take_literal(&line, S("* ESEARCH (TAG \"")))
			take_esearch(p, line);
		else if (!take_literal(&line, S("* ")) || !take_u32(&line, &number))
			continue;
		else if (slice_eq(line, S(" EXISTS")))
			p->exists = number;
		else if (slice_eq(line, S(" EXPUNGE")))
			take_expunge(p, number);
	}
	check(!rest.n);
}

/* --- deeds --- */

static void append(struct player *p, uint32_t what)
{
	char subject[6] = { 0 };

	if (p->appended == MESSAGES_MAX) return;
	p->appended++;
	for (size_t i = 0; i < 5; i++)
		subject[i] = "abcdefgh"[(what * 37 + p->appended * 11 + i * 5) % 8];
	if (what % 3 == 0) memcpy(subject, "abcd", 4);
	say(p, p->other, "b APPEND INBOX %s{19+}\r\nSubject: %s\r\n\r\nx\r\n",
	    what % 2 ? "(\\Flagged) " : "", subject);
}

static void change(struct player *p, struct engine *e, uint32_t what)
{
	static const char *const flags[] = { "+FLAGS (\\Flagged)", "-FLAGS (\\Flagged)",
					     "+FLAGS (\\Deleted)", "-FLAGS (\\Deleted)" };
	uint32_t from = 1 + what / 4 % 8 * 3;

	say(p, e, "d UID STORE %u:%u %s\r\n", from, from + what % 5,
	    flags[what % countof(flags)]);
}

static void compare(struct player *p)
{
	say(p, p->watcher, "e NOOP\r\n");
	hear(p);
	for (size_t i = 0; i < countof(searches); i++) {
		struct results *r = &p->results[i];

		if (!r->is_known) continue;
		say(p, p->watcher, "anew %.*s RETURN (ALL) %.*s\r\n",
		    FMT(searches[i].command), FMT(searches[i].criteria));
		hear(p);
		check(p->anew.count == r->count &&
		      !memcmp(p->anew.at, r->at, r->count * sizeof(r->at[0])));
	}
}

static void search(struct player *p, uint32_t i)
{
	bool is_known = p->results[i].is_known;

	say(p, p->watcher, "c%u %.*s RETURN (UPDATE ALL) %.*s\r\n", i,
	    FMT(searches[i].command), FMT(searches[i].criteria));
	check(is_known == slice_starts(buf_slice(&p->replies), S("c")));
	hear(p);
}

static void cancel(struct player *p, uint32_t i)
{
	say(p, p->watcher, "f CANCELUPDATE \"c%u\"\r\n", i);
	p->results[i].is_known = false;
	hear(p);
}

static void expunge(struct player *p, struct engine *e, uint32_t what)
{
	uint32_t uid = 1 + what % 29;

	say(p, e, "g UID STORE %u +FLAGS.SILENT (\\Deleted)\r\ng UID EXPUNGE %u:%u\r\n",
	    uid, uid, uid + what % 3);
}

static void act(struct player *p, uint32_t deed)
{
	uint32_t what = deed / 8;

	switch (deed % 8) {
	case 0:
	case 1:
		append(p, deed);
		return;
	case 2:
		change(p, p->other, what);
		return;
	case 3:
		change(p, p->watcher, what);
		break;
	case 4:
		expunge(p, what % 2 ? p->other : p->watcher, what);
		if (what % 2) return;
		break;
	case 5:
		search(p, what % countof(searches));
		return;
	case 6:
		if (what % 4)
			say(p, p->watcher, "h FETCH 1 UID\r\n");
		else
			cancel(p, what / 4 % countof(searches));
		break;
	default:
		compare(p);
		return;
	}
	hear(p);
}

static void begin(struct player *p)
{
	static const char login[] = "a LOGIN jo@example.test secret\r\n"
				    "a SELECT INBOX\r\n";

	check(test_host_init(&p->host));
	buf_init(&p->replies, REPLIES_MAX);
	p->watcher = test_host_connect(&p->host);
	p->other = test_host_connect(&p->host);
	talk(p, p->other, slice_of(login));
	for (uint32_t i = 0; i < 9; i++)
		append(p, i);
	talk(p, p->watcher, slice_of(login));
	hear(p);
}

void contexts_model_play(slice deeds)
{
	struct player *p = calloc(1, sizeof(*p));

	check(p != NULL);
	begin(p);
	deeds = slice_head(deeds, DEEDS_MAX);
	for (size_t i = 0; i < deeds.n; i++)
		act(p, (unsigned char)deeds.p[i]);
	compare(p);
	p->watcher->ops->free(p->watcher);
	p->other->ops->free(p->other);
	test_host_done(&p->host);
	buf_done(&p->replies);
	free(p);
}

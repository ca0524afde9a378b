/* With the index and without, in whatever state it is, a search finds the same. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message/text.h"
#include "store/fixture_test.h"
#include "store/index_builder.h"
#include "store/search.h"
#include "store/search_answer.h"
#include "store/search_index.h"
#include "store/terms.h"

enum { QUESTIONS = 60, MESSAGE_MAX = 1 << 20 };

/* --- messages --- */

static const char *const words[] = {
	"apple",
	"Straße",
	"strasse",
	"ΣΊΣΥΦΟΣ",
	"éclair",
	"日本語",
	"İstanbul",
	"x",
	"quasar-light",
	"a.b@c.example",
	"=?",
	"\"quo\\ted\"",
	"0123456789012345678901234567890123456789",
};

static slice word(void)
{
	return slice_of(words[(size_t)rand() % countof(words)]);
}

static void add_words(struct buf *out, int most)
{
	for (int n = rand() % most; n; n--) {
		buf_add(out, word());
		if (rand() % 4) buf_add_char(out, rand() % 8 ? ' ' : '-');
	}
}

/* Now and then a run that is cut into many terms. */
static void add_run(struct buf *out)
{
	for (int n = rand() % 10 ? 0 : rand() % 400; n; n--)
		buf_add_char(out, (char)('a' + rand() % 3));
}

static void make_message(struct buf *out)
{
	buf_reset(out);
	buf_add(out, S("From: \"A \\\"B\" <"));
	add_run(out);
	buf_addf(out, "jo%d@example.org>\r\nSubject:", rand() % 50);
	add_words(out, 6);
	buf_add(out, S("=?utf-8?Q?=C3=A9?= =?utf-8?Q?clair?=\r\nX-Odd :=?utf-8?Q?odd?="));
	add_words(out, 4);
	buf_addf(out,
		 "\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
		 "Content-Type: text/plain; charset=utf-8\r\nX-Part: part%d\r\n\r\n",
		 rand() % 50);
	add_words(out, 60);
	add_run(out);
	buf_add(out, S("\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in "));
	add_words(out, 4);
	buf_add(out, S("\r\n\r\n"));
	add_words(out, 30);
	buf_add(out, S("\r\n--b--\r\n"));
}

static void append_some(struct fixture *f, int count)
{
	struct buf message;

	buf_init(&message, MESSAGE_MAX);
	fixture_begin(f);
	while (count--) {
		make_message(&message);
		fixture_append(f, f->inbox, buf_slice(&message), 0);
	}
	fixture_commit(f);
	buf_done(&message);
}

static void remove_range(struct fixture *f, const char *ranges)
{
	struct interval_set uids = fixture_set(ranges), removed = { 0 };

	fixture_begin(f);
	CHECK_INT(message_remove(f->account, f->inbox, &uids, &removed), ERR_NONE);
	fixture_commit(f);
	interval_set_done(&uids);
	interval_set_done(&removed);
}

/* --- questions --- */

static slice fold(struct fixture *f, slice text)
{
	struct buf b;
	slice kept;

	buf_init(&b, MESSAGE_MAX);
	text_fold(text, &b);
	CHECK(arena_copy(&f->arena, buf_slice(&b), &kept));
	buf_done(&b);
	return kept;
}

/* Some words with what stands between them, cut somewhere. */
static slice random_needle(struct fixture *f)
{
	struct buf b;
	slice s;

	buf_init(&b, MESSAGE_MAX);
	add_words(&b, 4);
	add_run(&b);
	buf_addf(&b, "%s%d", rand() % 2 ? "jo" : "part", rand() % 50);
	s = fold(f, buf_slice(&b));
	buf_done(&b);
	s = slice_skip(s, (size_t)rand() % s.n);
	return slice_head(s, 1 + (size_t)rand() % 60);
}

/* Now and then with a letter that is wrong. */
static slice mistype(struct fixture *f, slice needle)
{
	struct buf b;
	slice kept;

	buf_init(&b, MESSAGE_MAX);
	buf_add(&b, needle);
	if (rand() % 2) b.p[b.start + (size_t)rand() % b.n] = 'E';
	CHECK(arena_copy(&f->arena, buf_slice(&b), &kept));
	buf_done(&b);
	return kept;
}

static struct search_node random_key(struct fixture *f)
{
	static const struct search_node kinds[] = {
		{ .key = SEARCH_TEXT },
		{ .key = SEARCH_BODY },
		{ .key = SEARCH_SUBJECT },
		{ .key = SEARCH_ADDRESS, .name = SLICE_INIT("from") },
		{ .key = SEARCH_HEADER, .name = SLICE_INIT("x-odd") },
		{ .key = SEARCH_HEADER, .name = SLICE_INIT("subject") },
	};
	struct search_node node = kinds[(size_t)rand() % countof(kinds)];

	node.text = random_needle(f);
	node.is_fuzzy = rand() % 2;
	if (node.is_fuzzy) node.text = mistype(f, node.text);
	return node;
}

static void run_search(struct fixture *f, const struct search_node *node,
		       struct interval_set *found, struct search_facts *facts)
{
	struct interval_set all = { 0 };
	uint32_t next = 1;

	interval_set_add_range(&all, 1, 1000000);
	while (next)
		CHECK_INT(
			search_run(f->account, f->inbox, node, &all, &next, found, facts),
			ERR_NONE);
	interval_set_done(&all);
}

/* Who was found, and the scores. */
static slice search(struct fixture *f, const struct search_node *node)
{
	struct interval_set found = { 0 }, again = { 0 };
	struct search_facts facts = { .wants_scores = true };
	struct buf text;
	slice kept;

	run_search(f, node, &found, NULL);
	run_search(f, node, &again, &facts);
	CHECK(interval_set_equal(&found, &again));
	CHECK_INT(facts.scores.n, interval_set_count(&found));
	buf_init(&text, MESSAGE_MAX);
	buf_add(&text, fixture_set_text(f, &found));
	for (size_t i = 0; i < facts.scores.n; i++)
		buf_addf(&text, " %d", buf_slice(&facts.scores).p[i]);
	CHECK(arena_copy(&f->arena, buf_slice(&text), &kept));
	buf_done(&text);
	search_facts_done(&facts);
	interval_set_done(&found);
	interval_set_done(&again);
	return kept;
}

/* Two keys, joined in all the ways there are. */
static slice ask(struct fixture *f, int i)
{
	struct search_node a, b, inner, node = { .child = &a };

	srand((unsigned)i);
	a = random_key(f);
	b = random_key(f);
	inner = (struct search_node){ .key = SEARCH_NOT, .child = &b };
	node.key = i % 4 == 3 ? SEARCH_OR : SEARCH_AND;
	if (i % 4 == 1) a.next = &b;
	if (i % 4 > 1) a.next = &inner;
	return search(f, &node);
}

struct answers {
	slice texts[QUESTIONS];
};

static struct answers ask_all(struct fixture *f)
{
	struct answers answers;

	for (int i = 0; i < QUESTIONS; i++)
		answers.texts[i] = ask(f, i);
	return answers;
}

static void check_same(struct fixture *f, const struct answers *expected)
{
	for (int i = 0; i < QUESTIONS; i++)
		CHECK_SLICE(ask(f, i), expected->texts[i]);
}

static void check_progress(struct fixture *f, uint64_t done, uint64_t goal)
{
	uint64_t is_done, is_goal;

	CHECK_INT(search_index_progress(f->account, &is_done, &is_goal), ERR_NONE);
	CHECK_INT(is_done, done);
	CHECK_INT(is_goal, goal);
}

/* --- tests --- */

/* Whatever has the text is also found where it need only be like that. */
static void check_superset(struct fixture *f, int i)
{
	struct interval_set exact = { 0 }, fuzzy = { 0 };
	struct search_node node;

	srand((unsigned)i);
	node = random_key(f);
	node.is_fuzzy = false;
	run_search(f, &node, &exact, NULL);
	node.is_fuzzy = true;
	run_search(f, &node, &fuzzy, NULL);
	interval_set_subtract(&exact, &fuzzy);
	CHECK_INT(interval_set_count(&exact), 0);
	interval_set_done(&exact);
	interval_set_done(&fuzzy);
}

TEST(search_that_is_fuzzy_finds_all_that_is_exact)
{
	struct fixture f;

	srand(6);
	fixture_init(&f);
	append_some(&f, 200);
	for (int i = 0; i < 2 * QUESTIONS; i++)
		check_superset(&f, i);
	fixture_index(&f);
	for (int i = 0; i < 2 * QUESTIONS; i++)
		check_superset(&f, i);
	fixture_done(&f);
}

TEST(search_index_changes_no_result)
{
	struct fixture f;
	struct answers plain;

	srand(1);
	fixture_init(&f);
	append_some(&f, 300);
	plain = ask_all(&f);
	check_progress(&f, 0, 300);
	fixture_index(&f);
	check_progress(&f, 300, 300);
	check_same(&f, &plain);
	fixture_reopen(&f);
	check_same(&f, &plain);
	check_progress(&f, 300, 300);
	CHECK_INT(search_index_reset(f.account), ERR_NONE);
	check_progress(&f, 0, 300);
	check_same(&f, &plain);
	fixture_index(&f);
	check_same(&f, &plain);
	fixture_done(&f);
}

static void check_answer(struct fixture *f, const char *needle, unsigned flags,
			 bool is_exact, uint32_t count)
{
	const struct search_answer *answer =
		search_index_ask(f->account, fold(f, slice_of(needle)), flags);

	CHECK(answer);
	CHECK_INT(answer->is_exact, is_exact);
	CHECK_INT(interval_set_count(&answer->found), count);
	CHECK_INT(interval_set_count(&answer->unsure), 0);
}

TEST(search_index_knows_which_emails_can_match)
{
	struct fixture f;

	srand(5);
	fixture_init(&f);
	append_some(&f, 100);
	fixture_begin(&f);
	fixture_append(&f, f.inbox, S("Subject: needle-work\r\n\r\nplain text"), 0);
	fixture_commit(&f);
	CHECK(!search_index_ask(f.account, S("NEEDLE"), TERM_IN_BODY));
	fixture_index(&f);
	check_answer(&f, "needle", TERM_IN_BODY, true, 0);
	check_answer(&f, "eedl", TERM_IN_HEADER, true, 1);
	check_answer(&f, "eedl", TERM_IN_FIELD, true, 1);
	check_answer(&f, "edle-wo", TERM_IN_FIELD, false, 1);
	check_answer(&f, "eedl-wo", TERM_IN_FIELD, false, 0); /* no term ends so */
	check_answer(&f, "edle-or", TERM_IN_FIELD, false, 0); /* nor begins */
	check_answer(&f, "ain-text", TERM_IN_BODY, false,
		     1); /* for a search to look at */
	check_answer(&f, "bject", TERM_IN_FIELD, true, 0);
	CHECK(!search_index_ask(f.account, S(" - "), TERM_IN_BODY));
	fixture_done(&f);
}

TEST(search_index_follows_mail_that_comes_and_goes)
{
	struct fixture f;
	struct answers plain;

	srand(2);
	fixture_init(&f);
	for (int i = 0; i < 20; i++) { /* small segments that are joined */
		append_some(&f, INDEX_TAIL_MIN);
		fixture_index(&f);
	}
	append_some(&f, 20); /* fewer than make a segment */
	fixture_index(&f);
	check_progress(&f, 20 * INDEX_TAIL_MIN, 20 * INDEX_TAIL_MIN + 20);
	remove_range(&f, "1:900,1000,1290");
	struct answers with = ask_all(&f);
	fixture_index(&f);
	check_same(&f, &with);
	CHECK_INT(search_index_reset(f.account), ERR_NONE);
	plain = ask_all(&f);
	for (int i = 0; i < QUESTIONS; i++)
		CHECK_SLICE(with.texts[i], plain.texts[i]);
	fixture_done(&f);
}

static void copy_file(const char *from, const char *to)
{
	slice octets = test_read_file(from);
	FILE *out = fopen(to, "w");

	CHECK(out && fwrite(octets.p, 1, octets.n, out) == octets.n);
	fclose(out);
	free((char *)(uintptr_t)octets.p);
}

static void close_account(struct fixture *f)
{
	account_close(f->account);
	f->account = NULL;
}

static void open_account(struct fixture *f)
{
	CHECK_INT(account_open(f->store, 7, &f->account), ERR_NONE);
}

/* Swaps one of the account's files for an older one, at rest. */
static void check_older_file(const char *name, int appended)
{
	struct fixture f;
	char path[128], copy[128];
	struct answers with, plain;

	srand(3);
	fixture_init(&f);
	snprintf(path, sizeof(path), "%s/accounts/07/0000000000000007/%s", f.folder,
		 name);
	snprintf(copy, sizeof(copy), "%s/accounts/07/0000000000000007/older", f.folder);
	append_some(&f, 100);
	fixture_index(&f);
	close_account(&f);
	copy_file(path, copy);
	open_account(&f);
	for (int i = 0; i < appended; i++) {
		append_some(&f, 100);
		fixture_index(&f);
	}
	close_account(&f);
	CHECK_INT(rename(copy, path), 0);
	open_account(&f);
	append_some(&f, 150); /* other mail under the same ids */
	with = ask_all(&f);
	fixture_index(&f);
	check_same(&f, &with);
	CHECK_INT(search_index_reset(f.account), ERR_NONE);
	plain = ask_all(&f);
	for (int i = 0; i < QUESTIONS; i++)
		CHECK_SLICE(with.texts[i], plain.texts[i]);
	fixture_done(&f);
}

TEST(search_index_of_other_mail_is_not_believed)
{
	check_older_file("mail.db", 1); /* the newest segment explains it */
	check_older_file("mail.db", 2);
	check_older_file("search.db", 1);
}

TEST(search_index_that_is_damaged_is_made_anew)
{
	struct fixture f;
	struct answers plain;
	char path[128];

	srand(4);
	fixture_init(&f);
	append_some(&f, 100);
	plain = ask_all(&f);
	fixture_index(&f);
	close_account(&f);
	snprintf(path, sizeof(path), "%s/accounts/07/0000000000000007/search.db",
		 f.folder);
	CHECK_INT(truncate(path, 8192 + 100), 0);
	open_account(&f);
	check_same(&f, &plain);
	fixture_index(&f);
	check_same(&f, &plain);
	fixture_done(&f);
}

/* --- terms --- */

struct taken {
	struct term_splitter splitter;
	struct buf terms; /* each with a line end behind it */
};

static void take(struct term_splitter *s, slice term)
{
	struct taken *t = (struct taken *)s;

	buf_add(&t->terms, term);
	buf_add_char(&t->terms, '\n');
}

TEST(terms_hold_every_piece_of_a_run_however_it_comes)
{
	for (int round = 0; round < 300; round++) {
		struct taken t = { .splitter.take = take };
		char run[500];
		size_t n = 1 + (size_t)rand() % sizeof(run);
		slice rest = { run, n }, piece;

		buf_init(&t.terms, 10000);
		for (size_t i = 0; i < n; i++)
			run[i] = (char)('A' + rand() % 26);
		while (rest.n) {
			slice part = slice_head(rest, 1 + (size_t)rand() % 150);

			term_splitter_feed(&t.splitter, part);
			rest = slice_skip(rest, part.n);
		}
		term_splitter_end(&t.splitter);
		for (size_t i = 0; i < n; i++) {
			piece = slice_head((slice){ run + i, n - i }, TERM_PIECE_MAX);
			CHECK(slice_find(buf_slice(&t.terms), piece) < t.terms.n);
		}
		buf_done(&t.terms);
	}
}

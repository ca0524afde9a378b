/*
 * Pieces of an APPEND's text, NUL between them; and a URL as CATENATE has them. What is
 * kept does not outgrow its limits, every literal gets its place in the last message, and
 * what is refused leaves the list as it was.
 */
#include <stdlib.h>

#include "imap/append_list.h"
#include "imap/imap_url.h"
#include "imap/lexer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { ARENA_MAX = 4 * 1024 * 1024 };

static void check(bool holds)
{
	if (!holds) abort();
}

static void check_list(const struct append_list *l)
{
	uint32_t messages = 0, parts = 0;

	for (const struct append_message *m = l->messages;; m = m->next) {
		if (!messages++ && !m) break;
		for (const struct append_part *p = m->parts; p; p = p->next)
			parts++;
		if (m == l->last) break;
	}
	check(l->count <= APPEND_MESSAGES_MAX && messages >= l->count);
	check(l->part_count <= APPEND_PARTS_MAX && parts == l->part_count);
}

/* Whether another piece may follow. */
static bool take_piece(struct append_list *l, slice piece, struct arena *arena)
{
	struct append_list before = *l;
	enum append_step step = append_list_take(l, piece, arena);
	struct literal literal = { 0 };
	size_t at;

	check(step != APPEND_GOES_ON);
	if (step != APPEND_DATA && step != APPEND_END)
		check(before.stage == l->stage && before.last == l->last &&
		      before.count == l->count && before.part_count == l->part_count);
	if (step != APPEND_DATA) return false;
	check(find_literal(piece, &literal, &at));
	if (!append_list_expect(l, 0, &literal, arena)) return false;
	check_list(l);
	return true;
}

static void check_url(slice text)
{
	struct imap_url u;
	struct arena arena;

	arena_init(&arena, ARENA_MAX);
	if (imap_url_parse(text, &arena, &u)) check(u.uid && u.octets && u.mailbox.n);
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n }, rest = text, piece;
	struct append_list list = { .is_replacing = n & 1,
				    .count_max = APPEND_MESSAGES_MAX };
	struct arena arena;

	arena_init(&arena, ARENA_MAX);
	while (take_until(&rest, '\0', &piece) && take_piece(&list, piece, &arena))
		;
	arena_done(&arena);
	check_url(text);
	return 0;
}

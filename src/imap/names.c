#include "imap/names.h"

#include <string.h>

#include "base/utf7.h"
#include "base/utf8.h"
#include "imap/writer.h"
#include "message/text.h"
#include "store/mailbox.h"

static const slice INBOX = SLICE_INIT("INBOX");

static bool to_utf8(const struct names *n, slice wire, struct arena *arena, slice *ret)
{
	struct buf decoded, composed;
	bool ok = true;

	buf_init(&decoded, MAILBOX_NAME_MAX);
	buf_init(&composed, 3 * MAILBOX_NAME_MAX);
	if (!n->utf8 || !utf8_valid(wire)) {
		ok = utf7_to_utf8(&decoded, wire);
		wire = buf_slice(&decoded);
	}
	ok = ok && text_to_nfc(wire, &composed) &&
	     arena_copy(arena, buf_slice(&composed), ret);
	buf_done(&decoded);
	buf_done(&composed);
	return ok;
}

/* INBOX itself or a name below it: the first level is written in capitals. */
static bool is_inbox_tree(slice name)
{
	return slice_starts_nocase(name, INBOX) &&
	       (name.n == INBOX.n || name.p[INBOX.n] == '/');
}

static slice join(struct arena *arena, slice a, slice b, slice c)
{
	size_t n = a.n + b.n + c.n;
	char *p = arena_alloc(arena, n + 1);

	if (!p) return (slice){ 0 };
	if (a.n) memcpy(p, a.p, a.n);
	if (b.n) memcpy(p + a.n, b.p, b.n);
	if (c.n) memcpy(p + a.n + b.n, c.p, c.n);
	return (slice){ p, n };
}

bool name_from_wire(const struct names *n, slice wire, struct arena *arena, slice *ret)
{
	slice name;

	if (!to_utf8(n, wire, arena, &name)) return false;
	if (is_inbox_tree(name))
		name = join(arena, INBOX, slice_skip(name, INBOX.n), S(""));
	if (n->root.n)
		name = slice_eq(name, INBOX) ? n->root
					     : join(arena, n->root, S("/"), name);
	if (!is_mailbox_name(name)) return false;
	*ret = name;
	return true;
}

static bool join_prefix(const struct names *n, slice stored, slice *ret)
{
	if (!n->room || n->prefix.n + stored.n > NAMES_ROOM) return false;
	memcpy(n->room, n->prefix.p, n->prefix.n);
	memcpy(n->room + n->prefix.n, stored.p, stored.n);
	*ret = (slice){ n->room, n->prefix.n + stored.n };
	return true;
}

bool name_visible(const struct names *n, slice stored, slice *ret)
{
	if (n->prefix.n) return join_prefix(n, stored, ret);
	if (!n->root.n) {
		*ret = stored;
		return true;
	}
	if (!slice_starts(stored, n->root)) return false;
	if (stored.n == n->root.n) {
		*ret = INBOX;
		return true;
	}
	if (stored.p[n->root.n] != '/') return false;
	*ret = slice_skip(stored, n->root.n + 1);
	return true;
}

bool name_write(const struct names *n, slice visible, struct buf *out)
{
	struct buf wire;
	bool ok;

	if (n->utf8) return write_astring(out, visible, true);
	buf_init(&wire, 3 * MAILBOX_NAME_MAX);
	ok = utf7_from_utf8(&wire, visible) &&
	     write_astring(out, buf_slice(&wire), false);
	buf_done(&wire);
	return ok;
}

bool pattern_from_wire(const struct names *n, slice reference, slice pattern,
		       struct arena *arena, slice *ret)
{
	slice wire;

	if (reference.n + pattern.n > PATTERN_MAX) return false;
	wire = join(arena, reference, pattern, S(""));
	return wire.p && to_utf8(n, wire, arena, ret);
}

/* One set of positions in the pattern that the name so far can have led to. */
struct positions {
	bool at[PATTERN_MAX + 1];
};

/* A wildcard may also stand for nothing. */
static void pass_wildcards(struct positions *s, slice pattern)
{
	for (size_t i = 0; i < pattern.n; i++)
		if (s->at[i] && (pattern.p[i] == '*' || pattern.p[i] == '%'))
			s->at[i + 1] = true;
}

static void step(const struct positions *from, struct positions *to, slice pattern,
		 char c)
{
	memset(to->at, 0, pattern.n + 1);
	for (size_t i = 0; i < pattern.n; i++) {
		if (!from->at[i]) continue;
		if (pattern.p[i] == '*' || (pattern.p[i] == '%' && c != '/'))
			to->at[i] = true;
		else if (pattern.p[i] == c)
			to->at[i + 1] = true;
	}
}

static bool matches(slice pattern, slice name)
{
	struct positions a = { .at = { true } }, b;

	if (pattern.n > PATTERN_MAX) return false;
	pass_wildcards(&a, pattern);
	for (size_t i = 0; i < name.n; i++) {
		step(&a, &b, pattern, name.p[i]);
		pass_wildcards(&b, pattern);
		memcpy(a.at, b.at, pattern.n + 1);
	}
	return a.at[pattern.n];
}

bool pattern_matches(slice pattern, slice visible)
{
	char fixed[PATTERN_MAX];

	if (!is_inbox_tree(visible) || !is_inbox_tree(pattern))
		return matches(pattern, visible);
	memcpy(fixed, pattern.p, pattern.n);
	memcpy(fixed, INBOX.p, INBOX.n);
	return matches((slice){ fixed, pattern.n }, visible);
}

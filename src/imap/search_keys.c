#include "imap/search_keys.h"

#include "imap/lexer.h"
#include "imap/seqset.h"
#include "imap/view.h"
#include "message/text.h"
#include "store/object_id.h"

enum {
	TEXT_MAX = 1024 * 1024,             /* octets of one decoded and folded text */
	NESTING_MAX = SEARCH_DEPTH_MAX - 3, /* a key may itself be a small tree */
};

struct search_set {
	struct search_set *next;
	struct interval_set uids;
};

struct search_keyword {
	struct search_keyword *next;
	struct search_node *node;
	slice name;
};

/* An operator whose operands are being read. */
struct frame {
	struct search_node *node;
	struct search_node **end; /* where the next operand is linked */
	unsigned wanted;          /* operands still to come; 0: until ")" or the end */
};

struct key_parser {
	struct arena *arena;
	const struct search_scope *scope;
	slice charset; /* empty: none was told */
	struct search_keys *keys;
	uint32_t nodes;
	struct frame frames[NESTING_MAX];
	unsigned depth;
};

/* A key that is neither an operator nor a set. */
struct key {
	slice name;
	/* Reads the arguments, which come with the space before them, into the node. */
	bool (*take)(struct key_parser *p, slice *in, const struct key *k,
		     struct search_node *n);
	enum search_key key;
	uint64_t flags;
	slice field;
};

static struct search_node *new_node(struct key_parser *p, enum search_key key)
{
	struct search_node *n = NULL;

	if (p->nodes++ < SEARCH_NODES_MAX) n = arena_alloc(p->arena, sizeof(*n));
	if (n) n->key = key;
	return n;
}

/* The node becomes NOT of a new one, which is returned. */
static struct search_node *negate(struct key_parser *p, struct search_node *n)
{
	n->key = SEARCH_NOT;
	n->child = new_node(p, SEARCH_AND);
	return n->child;
}

/* --- arguments --- */

static bool take_nothing(struct key_parser *, slice *, const struct key *k,
			 struct search_node *n)
{
	n->key = k->key;
	n->flags = k->flags;
	return true;
}

static bool take_not_flags(struct key_parser *p, slice *in, const struct key *k,
			   struct search_node *n)
{
	struct search_node *child = negate(p, n);

	return child && take_nothing(p, in, k, child);
}

static bool take_recent(struct key_parser *p, slice *, const struct key *,
			struct search_node *n)
{
	n->key = SEARCH_UIDS;
	n->uids = &p->scope->view->recent;
	return true;
}

static bool take_old(struct key_parser *p, slice *in, const struct key *k,
		     struct search_node *n)
{
	struct search_node *child = negate(p, n);

	return child && take_recent(p, in, k, child);
}

/* NEW is RECENT UNSEEN (RFC 3501 6.4.4). */
static bool take_new(struct key_parser *p, slice *in, const struct key *k,
		     struct search_node *n)
{
	struct search_node *recent = new_node(p, SEARCH_UIDS);
	struct search_node *unseen = new_node(p, SEARCH_NOT);

	if (!recent || !unseen) return false;
	n->key = SEARCH_AND;
	n->child = recent;
	recent->next = unseen;
	return take_recent(p, in, k, recent) && take_not_flags(p, in, k, unseen);
}

static bool take_flag_keyword(struct key_parser *p, slice *in, const struct key *,
			      struct search_node *n)
{
	struct search_keyword *k = arena_alloc(p->arena, sizeof(*k));

	if (!k || !take_space(in) || !take_atom(in, &k->name)) return false;
	k->node = n;
	k->next = p->keys->keywords;
	p->keys->keywords = k;
	return true;
}

static bool take_not_keyword(struct key_parser *p, slice *in, const struct key *k,
			     struct search_node *n)
{
	struct search_node *child = negate(p, n);

	return child && take_flag_keyword(p, in, k, child);
}

static bool take_day(struct key_parser *, slice *in, const struct key *k,
		     struct search_node *n)
{
	n->key = k->key;
	return take_space(in) && take_date(in, &n->day);
}

static bool take_size(struct key_parser *, slice *in, const struct key *k,
		      struct search_node *n)
{
	uint64_t octets;

	if (!take_space(in) || !take_u64(in, &octets)) return false;
	n->key = k->key;
	n->number = octets < INT64_MAX ? (int64_t)octets : INT64_MAX;
	return true;
}

/* ["/flags/..." SP ("priv" / "shared" / "all") SP]: there is one modification sequence
 * for all of a message, so these change nothing (RFC 7162 3.1.5). */
static bool skip_modseq_entry(struct key_parser *p, slice *in)
{
	slice entry;

	if (!take_string(in, p->arena, &entry)) return true;
	return slice_starts(entry, S("/flags/")) && take_space(in) &&
	       (take_keyword(in, S("priv")) || take_keyword(in, S("shared")) ||
		take_keyword(in, S("all"))) &&
	       take_space(in);
}

static bool take_modseq_key(struct key_parser *p, slice *in, const struct key *k,
			    struct search_node *n)
{
	uint64_t modseq;

	if (!take_space(in) || !skip_modseq_entry(p, in) || !take_modseq(in, &modseq))
		return false;
	n->key = k->key;
	n->number = (int64_t)modseq;
	p->keys->has_modseq = true;
	return true;
}

/* What nothing can have is nothing: OR without children. */
static bool take_id(struct key_parser *p, slice *in, const struct key *k,
		    struct search_node *n)
{
	enum object_kind kind = k->key == SEARCH_EMAIL ? OBJECT_EMAIL : OBJECT_THREAD;

	if (!take_space(in) || !take_object_id(in, kind, p->scope->account, &n->number))
		return false;
	n->key = n->number < 0 ? SEARCH_OR : k->key;
	return true;
}

/* Seconds back from now (RFC 5032 3). */
static bool take_age(struct key_parser *p, slice *in, const struct key *k,
		     struct search_node *n)
{
	uint32_t seconds;

	if (!take_space(in) || !take_u32(in, &seconds) || !seconds) return false;
	n->key = k->key;
	n->number = p->scope->now - seconds;
	return true;
}

/* Text in no charset should be ASCII or UTF-8 (RFC 9051 6.4.4), yet some clients send
 * what they have. */
static void decode(const struct key_parser *p, slice text, struct buf *out)
{
	if (p->charset.n)
		text_decode(p->charset, text, out);
	else
		text_decode_unlabelled(text, out);
}

static bool fold(struct key_parser *p, slice text, slice *ret)
{
	struct buf utf8, folded;
	bool ok;

	buf_init(&utf8, TEXT_MAX);
	buf_init(&folded, TEXT_MAX);
	decode(p, text, &utf8);
	text_fold(buf_slice(&utf8), &folded);
	ok = !utf8.overflow && !folded.overflow &&
	     arena_copy(p->arena, buf_slice(&folded), ret);
	buf_done(&utf8);
	buf_done(&folded);
	return ok;
}

static bool take_text(struct key_parser *p, slice *in, const struct key *k,
		      struct search_node *n)
{
	slice text;

	n->key = k->key;
	n->name = k->field;
	return take_space(in) && take_astring(in, p->arena, &text) &&
	       (p->keys->bad_charset || fold(p, text, &n->text));
}

static bool take_header(struct key_parser *p, slice *in, const struct key *k,
			struct search_node *n)
{
	slice name;

	if (!take_space(in) || !take_astring(in, p->arena, &name) ||
	    !take_text(p, in, k, n))
		return false;
	n->name = name;
	return true;
}

/* A set of messages; the caller is given a node for it. */
static bool take_set(struct key_parser *p, slice *in, bool by_uid, struct search_node *n)
{
	struct search_set *set = arena_alloc(p->arena, sizeof(*set));
	struct seqset numbers;
	bool ok;

	if (!set || !take_seqset(in, &numbers)) return false;
	set->next = p->keys->sets;
	p->keys->sets = set;
	if (!by_uid && !numbers.is_saved) p->keys->has_numbers = true;
	if (!by_uid && p->scope->is_lenient)
		seqset_clip(&numbers, interval_set_count(&p->scope->view->uids));
	ok = seqset_resolve(&numbers, p->scope->view, by_uid, &set->uids);
	seqset_done(&numbers);
	n->key = SEARCH_UIDS;
	n->uids = &set->uids;
	return ok;
}

static bool take_uids(struct key_parser *p, slice *in, const struct key *,
		      struct search_node *n)
{
	return take_space(in) && take_set(p, in, true, n);
}

/* UIDAFTER, UIDBEFORE (RFC 9738 3.2): those on one side of a UID. */
static bool take_uid_side(struct key_parser *p, slice *in, const struct key *k,
			  struct search_node *n)
{
	struct search_set *set = arena_alloc(p->arena, sizeof(*set));
	bool is_after = k->flags;
	uint32_t uid;

	if (!set || !take_space(in) || !take_u32(in, &uid) || !uid) return false;
	set->next = p->keys->sets;
	p->keys->sets = set;
	if (is_after && uid < UINT32_MAX)
		interval_set_add_range(&set->uids, uid + 1, UINT32_MAX);
	if (!is_after && uid > 1) interval_set_add_range(&set->uids, 1, uid - 1);
	n->key = SEARCH_UIDS;
	n->uids = &set->uids;
	return true;
}

/* clang-format off */
static const struct key keys[] = {
	{ SLICE_INIT("ALL"),        take_nothing,      SEARCH_AND },
	{ SLICE_INIT("ANSWERED"),   take_nothing,      SEARCH_FLAGS, FLAG_ANSWERED },
	{ SLICE_INIT("DELETED"),    take_nothing,      SEARCH_FLAGS, FLAG_DELETED },
	{ SLICE_INIT("DRAFT"),      take_nothing,      SEARCH_FLAGS, FLAG_DRAFT },
	{ SLICE_INIT("FLAGGED"),    take_nothing,      SEARCH_FLAGS, FLAG_FLAGGED },
	{ SLICE_INIT("SEEN"),       take_nothing,      SEARCH_FLAGS, FLAG_SEEN },
	{ SLICE_INIT("UNANSWERED"), take_not_flags,    SEARCH_FLAGS, FLAG_ANSWERED },
	{ SLICE_INIT("UNDELETED"),  take_not_flags,    SEARCH_FLAGS, FLAG_DELETED },
	{ SLICE_INIT("UNDRAFT"),    take_not_flags,    SEARCH_FLAGS, FLAG_DRAFT },
	{ SLICE_INIT("UNFLAGGED"),  take_not_flags,    SEARCH_FLAGS, FLAG_FLAGGED },
	{ SLICE_INIT("UNSEEN"),     take_not_flags,    SEARCH_FLAGS, FLAG_SEEN },
	{ SLICE_INIT("RECENT"),     take_recent,       SEARCH_UIDS },
	{ SLICE_INIT("OLD"),        take_old,          SEARCH_UIDS },
	{ SLICE_INIT("NEW"),        take_new,          SEARCH_FLAGS, FLAG_SEEN },
	{ SLICE_INIT("KEYWORD"),    take_flag_keyword, SEARCH_FLAGS },
	{ SLICE_INIT("UNKEYWORD"),  take_not_keyword,  SEARCH_FLAGS },
	{ SLICE_INIT("BEFORE"),     take_day,          SEARCH_RECEIVED_BEFORE },
	{ SLICE_INIT("ON"),         take_day,          SEARCH_RECEIVED_ON },
	{ SLICE_INIT("SINCE"),      take_day,          SEARCH_RECEIVED_SINCE },
	{ SLICE_INIT("SENTBEFORE"), take_day,          SEARCH_SENT_BEFORE },
	{ SLICE_INIT("SENTON"),     take_day,          SEARCH_SENT_ON },
	{ SLICE_INIT("SENTSINCE"),  take_day,          SEARCH_SENT_SINCE },
	{ SLICE_INIT("SAVEDBEFORE"), take_day,         SEARCH_SAVED_BEFORE },
	{ SLICE_INIT("SAVEDON"),    take_day,          SEARCH_SAVED_ON },
	{ SLICE_INIT("SAVEDSINCE"), take_day,          SEARCH_SAVED_SINCE },
	{ SLICE_INIT("SAVEDATESUPPORTED"), take_nothing, SEARCH_AND },
	{ SLICE_INIT("EMAILID"),    take_id,           SEARCH_EMAIL },
	{ SLICE_INIT("THREADID"),   take_id,           SEARCH_THREAD },
	{ SLICE_INIT("LARGER"),     take_size,         SEARCH_LARGER },
	{ SLICE_INIT("SMALLER"),    take_size,         SEARCH_SMALLER },
	{ SLICE_INIT("MODSEQ"),     take_modseq_key,   SEARCH_MODSEQ },
	{ SLICE_INIT("OLDER"),      take_age,          SEARCH_OLDER },
	{ SLICE_INIT("YOUNGER"),    take_age,          SEARCH_YOUNGER },
	{ SLICE_INIT("FROM"),       take_text,         SEARCH_ADDRESS, 0, SLICE_INIT("From") },
	{ SLICE_INIT("TO"),         take_text,         SEARCH_ADDRESS, 0, SLICE_INIT("To") },
	{ SLICE_INIT("CC"),         take_text,         SEARCH_ADDRESS, 0, SLICE_INIT("Cc") },
	{ SLICE_INIT("BCC"),        take_text,         SEARCH_ADDRESS, 0, SLICE_INIT("Bcc") },
	{ SLICE_INIT("SUBJECT"),    take_text,         SEARCH_SUBJECT },
	{ SLICE_INIT("BODY"),       take_text,         SEARCH_BODY },
	{ SLICE_INIT("TEXT"),       take_text,         SEARCH_TEXT },
	{ SLICE_INIT("HEADER"),     take_header,       SEARCH_HEADER },
	{ SLICE_INIT("UID"),        take_uids,         SEARCH_UIDS },
	{ SLICE_INIT("UIDAFTER"),   take_uid_side,     SEARCH_UIDS, true },
	{ SLICE_INIT("UIDBEFORE"),  take_uid_side,     SEARCH_UIDS, false },
};
/* clang-format on */

/* --- the tree --- */

static bool push(struct key_parser *p, struct search_node *n, enum search_key key,
		 unsigned wanted)
{
	if (p->depth == NESTING_MAX) return false;
	n->key = key;
	p->frames[p->depth++] = (struct frame){ n, &n->child, wanted };
	return true;
}

static bool take_named(struct key_parser *p, slice *in, struct search_node *n)
{
	slice name;

	if (!take_atom(in, &name)) return false;
	for (size_t i = 0; i < countof(keys); i++)
		if (slice_eq_nocase(keys[i].name, name))
			return keys[i].take(p, in, &keys[i], n);
	return false;
}

/* FUZZY, which is of all keys in the next one, but not of what that one excludes: there
 * to be generous would be to find less (RFC 6203 3). */
static bool take_fuzzy(struct key_parser *p, slice *in, struct search_node *n)
{
	const struct search_node *parent = p->frames[p->depth - 1].node;

	n->is_fuzzy = parent->is_fuzzy && parent->key != SEARCH_NOT;
	while (take_keyword(in, S("FUZZY"))) {
		n->is_fuzzy = p->keys->has_fuzzy = true;
		if (!take_space(in)) return false;
	}
	return true;
}

/* One key into n, or the beginning of an operator, which is then on top of the stack. */
static bool take_key(struct key_parser *p, slice *in, struct search_node *n)
{
	if (!take_fuzzy(p, in, n)) return false;
	if (take_char(in, '(')) return push(p, n, SEARCH_AND, 0);
	if (take_keyword(in, S("NOT")))
		return take_space(in) && push(p, n, SEARCH_NOT, 1);
	if (take_keyword(in, S("OR"))) return take_space(in) && push(p, n, SEARCH_OR, 2);
	if (in->n && (is_digit(in->p[0]) || in->p[0] == '*' || in->p[0] == '$'))
		return take_set(p, in, false, n);
	return take_named(p, in, n);
}

/* An operand has come to its end, and so perhaps operators that wait for it. True when
 * another one has to follow; the space before it has been taken. */
static bool go_on(struct key_parser *p, slice *in)
{
	while (p->depth) {
		struct frame *f = &p->frames[p->depth - 1];

		if (f->wanted != 1 && take_space(in)) {
			if (f->wanted) f->wanted--;
			return true;
		}
		if (f->wanted > 1 || (!f->wanted && p->depth > 1 && !take_char(in, ')')))
			return false;
		p->depth--;
	}
	return false;
}

/* An OR that is an operand of an OR has two operands in its place: programs join what
 * they look for by long chains, which so have no depth. */
static void join_or(struct frame *f, slice *in)
{
	slice s = *in;

	while (f->node->key == SEARCH_OR && take_keyword(&s, S("OR")) && take_space(&s)) {
		f->wanted++;
		*in = s;
	}
}

/* Links a node to the operator on top and reads a key into it. */
static bool take_operand(struct key_parser *p, slice *in)
{
	struct frame *f = &p->frames[p->depth - 1];
	struct search_node *n = new_node(p, SEARCH_AND);

	if (!n) return false;
	join_or(f, in);
	*f->end = n;
	f->end = &n->next;
	return take_key(p, in, n);
}

/* The whole is a list that nothing encloses; it is complete when the stack is empty. */
static bool take_tree(struct key_parser *p, slice *in)
{
	struct search_node *root = new_node(p, SEARCH_AND);
	unsigned depth;

	if (!root || !push(p, root, SEARCH_AND, 0)) return false;
	p->keys->condition = root;
	do {
		depth = p->depth;
		if (!take_operand(p, in)) return false;
	} while (p->depth > depth || go_on(p, in));
	return !p->depth;
}

static bool take_charset(struct key_parser *p, slice *in)
{
	slice s = *in;

	if (p->scope->charset == CHARSET_NOT) return true;
	if (p->scope->charset == CHARSET_NAMED) {
		if (!take_literal_nocase(&s, S("CHARSET "))) return true;
	}
	if (!take_astring(&s, p->arena, &p->charset) || !take_space(&s)) return false;
	p->keys->bad_charset = !p->charset.n || !text_charset_known(p->charset);
	*in = s;
	return true;
}

bool take_search_keys(slice *in, const struct search_scope *scope, struct arena *arena,
		      struct search_keys *ret)
{
	struct key_parser p = { .arena = arena, .scope = scope, .keys = ret };
	slice s = *in;

	*ret = (struct search_keys){ 0 };
	if (!take_charset(&p, &s) || !take_tree(&p, &s)) return false;
	*in = s;
	return true;
}

void search_keys_done(struct search_keys *k)
{
	for (struct search_set *s = k->sets; s; s = s->next)
		interval_set_done(&s->uids);
	*k = (struct search_keys){ 0 };
}

/* What has a keyword that nobody has is nothing: OR without children. */
enum err search_keys_resolve(struct search_keys *k, struct account *a)
{
	for (struct search_keyword *w = k->keywords; w; w = w->next) {
		enum err e = keyword_bit(a, w->name, false, &w->node->flags);

		if (e && e != ERR_NOT_FOUND && e != ERR_MALFORMED) return e;
		w->node->key = e ? SEARCH_OR : SEARCH_FLAGS;
	}
	return ERR_NONE;
}

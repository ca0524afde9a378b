/*
 * The addresses of header_write.h.
 *
 * A name is atoms where it can be, a quoted string where it is ASCII, else encoded words;
 * "=?" in it would be taken for one of these.
 */
#include "base/cleanup.h"
#include "base/utf8.h"
#include "message/encoded_word.h"
#include "message/folding.h"
#include "message/header_write.h"
#include "message/text.h"

enum { ADDRESS_TEXT_MAX = HEADER_LINE_MAX };

/* Controls become blanks, and those at its ends go. */
static slice clean_name(slice name, struct buf *into)
{
	for (size_t i = 0; i < name.n; i++) {
		bool is_control = (unsigned char)name.p[i] < ' ' || name.p[i] == '\x7f';

		buf_add_char(into, is_control ? ' ' : name.p[i]);
	}
	return slice_trim(buf_slice(into));
}

/* Each blank is a place to fold, in atoms and within quotes. */
static void add_words(struct folding *f, slice text)
{
	while (text.n) {
		size_t n = 1 + slice_find_char(slice_skip(text, 1), ' ');

		if (text.p[0] == ' ')
			folding_piece(f, slice_head(text, n));
		else
			folding_word(f, slice_head(text, n));
		text = slice_skip(text, n);
	}
}

static bool has_long_word(slice text)
{
	slice word;

	while (take_until(&text, ' ', &word))
		if (word.n > HEADER_LINE) return true;
	return text.n > HEADER_LINE;
}

/* Quoted where atoms cannot say it. */
static void add_ascii_name(struct folding *f, slice name)
{
	const struct address a = { .name = name, .has_name = true };
	CLEANUP(buf_done) struct buf written;

	buf_init(&written, 2 * name.n + 16);
	address_write(&a, &written); /* name, and " <>" */
	buf_truncate(&written, written.n - 3);
	add_words(f, buf_slice(&written));
}

static void add_name(struct folding *f, slice name)
{
	if (is_ascii(name) && encoded_word_is_needless(name) && !has_long_word(name) &&
	    slice_find(name, S("  ")) == name.n)
		add_ascii_name(f, name);
	else
		folding_encoded(f, name);
}

/* A domain of another script is known by its A-labels wherever mail goes. */
static slice domain_of(const struct address *a, struct buf *into)
{
	if (is_ascii(a->domain) || !is_ascii(a->local)) return a->domain;
	return domain_to_ascii(a->domain, into) ? buf_slice(into) : a->domain;
}

static bool add_mailbox(struct folding *f, const struct address *a, slice behind)
{
	CLEANUP(buf_done) struct buf name, domain, word;
	slice clean;

	buf_init(&name, a->name.n + 1);
	buf_init(&domain, ADDRESS_TEXT_MAX);
	buf_init(&word, ADDRESS_TEXT_MAX);
	clean = clean_name(a->name, &name);
	if (clean.n) add_name(f, clean);
	if (clean.n) buf_add_char(&word, '<');
	if (a->local.n || a->domain.n)
		addr_spec_write(a->local, domain_of(a, &domain), &word);
	if (clean.n) buf_add_char(&word, '>');
	buf_add(&word, behind);
	folding_word(f, buf_slice(&word));
	return !word.overflow;
}

static bool is_followed(const struct address *list, uint32_t count, uint32_t i)
{
	return i + 1 < count && list[i + 1].kind != ADDRESS_GROUP_END;
}

static void add_group(struct folding *f, const struct address *a)
{
	CLEANUP(buf_done) struct buf name;
	slice clean;

	buf_init(&name, a->name.n + 1);
	clean = clean_name(a->name, &name);
	if (clean.n)
		add_name(f, clean);
	else
		folding_word(f, S("\"\""));
	folding_glue(f, S(":"));
}

bool header_write_addresses(slice name, const struct address *list, uint32_t count,
			    struct buf *out)
{
	struct folding f = folding_start(name, out);

	for (uint32_t i = 0; i < count; i++) {
		slice behind = is_followed(list, count, i) ? S(",") : S("");

		if (list[i].kind == ADDRESS_GROUP_START) {
			add_group(&f, &list[i]);
		} else if (list[i].kind == ADDRESS_GROUP_END) {
			folding_glue(&f, S(";"));
			folding_glue(&f, behind);
		} else if (!add_mailbox(&f, &list[i], behind)) {
			return false;
		}
	}
	return folding_end(&f);
}

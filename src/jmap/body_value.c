#include "jmap/body_value.h"

#include "base/utf8.h"
#include "jmap/arguments.h"
#include "message/text.h"

/* A text as it comes out of its part. */
struct value {
	struct buf text;
	size_t max;  /* octets */
	bool has_cr; /* the last octet was a CR, which is not in text yet */
	bool is_bad; /* something could not be decoded */
	bool is_cut;
};

/* --- line ends --- */

/* Up to one octet more than the maximum: then it is known to be cut. */
static void add_run(struct value *v, slice run)
{
	buf_add(&v->text, slice_head(run, v->max + 1 - v->text.n));
}

static void add_with_lf(struct value *v, slice piece)
{
	while (piece.n) {
		slice run = slice_head(piece, slice_find_char(piece, '\r'));

		if (v->has_cr && piece.p[0] != '\n') add_run(v, S("\r"));
		v->has_cr = run.n < piece.n;
		add_run(v, run);
		piece = slice_skip(piece, run.n + 1);
	}
}

/* --- decoding --- */

static void decode(struct value *v, const struct part_source *s,
		   const struct mime_part *part, slice charset)
{
	struct encoded_part encoded = { part->body_start, part->end, part->encoding };
	struct octets_decoder d;
	struct buf piece;

	octets_decoder_init(&d, s->octets, &encoded, &charset);
	buf_init(&piece, (size_t)2 * OCTETS_PIECE * TEXT_GROWTH_MAX);
	while (!octets_decoder_ended(&d) && v->text.n <= v->max) {
		buf_reset(&piece);
		if (!octets_decoder_next(&d, &piece)) {
			body_part_unreadable(s);
			break;
		}
		add_with_lf(v, buf_slice(&piece));
	}
	if (v->has_cr) add_run(v, S("\r"));
	buf_done(&piece);
	octets_decoder_done(&d);
}

/* Whether something could not be decoded: that shows as this character. */
static bool has_replacement(slice text)
{
	return slice_find(text, S("\xef\xbf\xbd")) < text.n;
}

/* Whether the part is UTF-8 as it is: the character above stood in it already. */
static bool is_utf8(const struct part_source *s, const struct mime_part *part)
{
	struct encoded_part encoded = { part->body_start, part->end, part->encoding };
	struct octets_decoder d;
	struct buf octets;
	bool ok = true;

	octets_decoder_init(&d, s->octets, &encoded, NULL);
	buf_init(&octets, SIZE_MAX);
	while (ok && !octets_decoder_ended(&d))
		ok = octets_decoder_next(&d, &octets);
	ok = ok && utf8_valid(buf_slice(&octets));
	buf_done(&octets);
	octets_decoder_done(&d);
	return ok;
}

static void decode_labelled(struct value *v, const struct part_source *s,
			    const struct mime_part *part, slice charset)
{
	decode(v, s, part, charset);
	if (!text_charset_known(charset))
		v->is_bad = true;
	else if (has_replacement(buf_slice(&v->text)))
		v->is_bad |= !slice_eq_nocase(charset, S("utf-8")) || !is_utf8(s, part);
}

static void decode_unlabelled(struct value *v, const struct part_source *s,
			      const struct mime_part *part)
{
	decode(v, s, part, S("utf-8"));
	if (!has_replacement(buf_slice(&v->text)) || is_utf8(s, part)) return;
	buf_reset(&v->text);
	v->has_cr = false;
	v->is_bad = true;
	decode(v, s, part, S(""));
}

/* --- cutting --- */

/* Where a tag begins that does not end in text, or text.n. */
static size_t open_tag(slice text)
{
	size_t n = text.n;

	while (n && text.p[n - 1] != '<' && text.p[n - 1] != '>')
		n--;
	if (!n || text.p[n - 1] == '>') return text.n;
	/* "<" and a space is text (HTML's "tag open state"). */
	if (n < text.n && !is_alpha(text.p[n]) && text.p[n] != '/' && text.p[n] != '!')
		return text.n;
	return n - 1;
}

static void cut(struct value *v, bool is_html)
{
	slice kept = utf8_head(buf_slice(&v->text), v->max);

	if (is_html) kept.n = open_tag(kept);
	buf_truncate(&v->text, kept.n);
	v->is_cut = true;
}

static json_t *finish(struct value *v)
{
	json_t *made = json_object();

	json_object_set_new(made, "isEncodingProblem", json_boolean(v->is_bad));
	json_object_set_new(made, "isTruncated", json_boolean(v->is_cut));
	json_object_set_new(made, "value", json_buf(&v->text));
	return made;
}

json_t *body_value(const struct part_source *s, uint32_t part, uint64_t max_octets)
{
	const struct mime_part *p = &s->mime->parts[part];
	slice charset =
		mime_find_parameter(p->parameters, p->parameter_count, S("charset"));
	struct value v = { .max = JMAP_ANSWER_MAX };

	if (max_octets && max_octets < v.max) v.max = (size_t)max_octets;
	buf_init(&v.text, v.max + 1);
	v.is_bad = p->encoding == MIME_ENCODING_UNKNOWN;
	if (charset.n && !slice_eq_nocase(charset, S("us-ascii")))
		decode_labelled(&v, s, p, charset);
	else
		decode_unlabelled(&v, s, p);
	if (v.text.n > v.max) cut(&v, part_has_type(p, S("text"), S("html")));
	return finish(&v);
}

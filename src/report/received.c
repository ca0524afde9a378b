#include "report/received.h"

#include "message/content.h"
#include "report/aggregate.h"
#include "report/failure.h"
#include "report/tls_report.h"
#include "report/unpack.h"

enum { PIECE = 32 * 1024 };

/* What they have in common comes first; the kind's own follows. */
static void begin_object(struct json_writer *w, struct buf *json,
			 const struct ledger_received *r)
{
	json_writer_init(w, json);
	json_write_object_begin(w);
	json_write_key(w, S("kind"));
	json_write_string(w, report_kind_name(r->kind));
	json_write_key(w, S("domain"));
	json_write_string(w, r->domain);
	json_write_key(w, S("reporter"));
	json_write_string(w, r->reporter);
	json_write_key(w, S("id"));
	json_write_string(w, r->name);
	json_write_key(w, S("received"));
	json_write_date(w, r->at);
}

static enum err end_object(struct json_writer *w, struct ledger_received *r)
{
	json_write_object_end(w);
	r->json = buf_slice(w->out);
	return w->out->overflow ? ERR_LIMIT : ERR_NONE;
}

static enum err read_aggregate(slice text, struct arena *arena, struct buf *json,
			       struct ledger_received *r)
{
	struct aggregate a;
	struct json_writer w;
	enum err e = aggregate_read(text, arena, &a);

	if (e) return e;
	r->domain = a.domain;
	r->reporter = a.org;
	r->name = a.name;
	begin_object(&w, json, r);
	aggregate_tell(&a, &w);
	return end_object(&w, r);
}

static enum err read_tls(slice text, struct arena *arena, struct buf *json,
			 struct ledger_received *r)
{
	struct tls_report t;
	struct json_writer w;
	enum err e = tls_report_read(text, &t);

	if (!e && (!arena_copy(arena, t.domain, &r->domain) ||
		   !arena_copy(arena, t.org, &r->reporter) ||
		   !arena_copy(arena, t.name, &r->name)))
		e = ERR_LIMIT;
	if (!e) {
		begin_object(&w, json, r);
		tls_report_tell(&t, &w);
		e = end_object(&w, r);
	}
	tls_report_done(&t);
	return e;
}

/* They have no name of their own: arrival and source make one. */
static enum err read_failure(slice text, struct arena *arena, struct buf *json,
			     struct ledger_received *r)
{
	struct failure f;
	struct json_writer w;
	struct buf name;
	bool fits;

	if (!failure_read(text, &f)) return ERR_MALFORMED;
	buf_init(&name, f.arrival.n + f.source.n + f.mail_from.n + 2);
	buf_add(&name, f.arrival);
	buf_add_char(&name, ' ');
	buf_add(&name, f.source);
	buf_add_char(&name, ' ');
	buf_add(&name, f.mail_from);
	fits = arena_copy(arena, f.domain, &r->domain) &&
	       arena_copy(arena, f.agent, &r->reporter) &&
	       arena_copy(arena, buf_slice(&name), &r->name);
	buf_done(&name);
	if (!fits) return ERR_LIMIT;
	begin_object(&w, json, r);
	failure_tell(&f, &w);
	return end_object(&w, r);
}

enum err received_read(enum report_kind kind, slice document, int64_t now,
		       struct arena *arena, struct buf *json, struct ledger_received *ret)
{
	static enum err (*const read[])(slice, struct arena *, struct buf *,
					struct ledger_received *) = {
		[REPORT_DMARC] = read_aggregate,
		[REPORT_TLS] = read_tls,
		[REPORT_FAILURE] = read_failure,
	};
	struct buf text;
	enum err e;

	*ret = (struct ledger_received){ .kind = kind, .at = now };
	buf_init(&text, UNPACKED_MAX);
	e = report_unpack(document, &text);
	if (!e) e = read[kind](buf_slice(&text), arena, json, ret);
	buf_done(&text);
	return e;
}

/* ---- in a message ---- */

static slice file_name(const struct mime_part *p)
{
	slice name = mime_find_parameter(p->disposition_parameters,
					 p->disposition_parameter_count, S("filename"));

	return name.n ? name
		      : mime_find_parameter(p->parameters, p->parameter_count, S("name"));
}

static bool is_type(const struct mime_part *p, slice type, slice subtype)
{
	return slice_eq_nocase(p->type, type) && slice_eq_nocase(p->subtype, subtype);
}

static bool is_tls(const struct mime_part *p)
{
	slice name = file_name(p);

	return is_type(p, S("application"), S("tlsrpt+gzip")) ||
	       is_type(p, S("application"), S("tlsrpt+json")) ||
	       slice_ends_nocase(name, S(".json")) ||
	       slice_ends_nocase(name, S(".json.gz"));
}

/* Half of the world sends zip, and types vary (RFC 7489 7.2.1.1, RFC 9990 3.5.2). */
static bool is_aggregate(const struct mime_part *p)
{
	slice name = file_name(p);

	return slice_ends_nocase(name, S(".xml")) || slice_ends_nocase(name, S(".gz")) ||
	       slice_ends_nocase(name, S(".zip")) ||
	       is_type(p, S("application"), S("gzip")) ||
	       is_type(p, S("application"), S("x-gzip")) ||
	       is_type(p, S("application"), S("zip")) ||
	       is_type(p, S("application"), S("x-zip-compressed")) ||
	       is_type(p, S("application"), S("xml")) || is_type(p, S("text"), S("xml"));
}

static bool find_kind(const struct mime_part *p, enum report_kind *ret)
{
	if (p->kind != MIME_LEAF) return false;
	if (is_type(p, S("message"), S("feedback-report")))
		*ret = REPORT_FAILURE;
	else if (is_tls(p))
		*ret = REPORT_TLS;
	else if (is_aggregate(p))
		*ret = REPORT_DMARC;
	else
		return false;
	return true;
}

static bool read_part(const struct mime_part *p, message_reader *read, void *source,
		      struct buf *out)
{
	struct content_decoder *d = content_decoder_new(p->encoding, S(""), true);
	char piece[PIECE];
	bool good = true;

	for (uint64_t at = p->body_start; good && at < p->end;) {
		size_t n = p->end - at < PIECE ? (size_t)(p->end - at) : PIECE;

		good = read(source, at, piece, n);
		if (good) content_decoder_feed(d, (slice){ piece, n }, false, out);
		at += n;
		if (out->overflow) break;
	}
	content_decoder_feed(d, S(""), true, out);
	content_decoder_free(d);
	return good;
}

enum err received_find(const struct mime *m, message_reader *read, void *source,
		       int64_t now, struct arena *arena, struct buf *json,
		       struct ledger_received *ret)
{
	enum report_kind kind;
	struct buf document;
	enum err e = ERR_NOT_FOUND;

	for (uint32_t i = 0; i < m->part_count && e == ERR_NOT_FOUND; i++) {
		if (!find_kind(&m->parts[i], &kind)) continue;
		buf_init(&document, RECEIVED_PACKED_MAX);
		if (!read_part(&m->parts[i], read, source, &document))
			e = ERR_LATER;
		else if (document.overflow)
			e = ERR_LIMIT;
		else
			e = received_read(kind, buf_slice(&document), now, arena, json,
					  ret);
		buf_done(&document);
	}
	return e;
}

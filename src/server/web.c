/*
 * The web page: the files of web/, as they were built in.
 *
 *   /web/NAME     any of them
 *   /mail         the page; in a sandbox / as well
 *   /web/about    what the page must know of this server
 *   /web/frame    an empty document, into which the page writes the HTML of a mail;
 *   /web/frame-with-images  the same where what is elsewhere may be loaded
 */
#include "server/web.h"
#include "base/json_writer.h"
#include "http/etag.h"
#include "server/http_state.h"
#include "server/pages.h"

struct web_file {
	slice name, type, tag, content;
};

#include "server/web_files.h" /* made by tools/embed_web.py */

enum { FIELDS_MAX = 2048 };

/* Nothing but ours, and no script that is not a file of ours. */
#define OURS                                                                             \
	"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "  \
	"img-src 'self' blob: data:; frame-src 'self'; base-uri 'none'; "                \
	"form-action 'self'; frame-ancestors 'none'"

/* A mail's HTML has the page's origin, so that the page can write it; the sandbox and
 * default-src each see to it that it runs no script, and nobody else may show it. */
#define FRAME(images)                                                                    \
	"sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; "        \
	"default-src 'none'; style-src 'unsafe-inline'; img-src blob: data:" images "; " \
	"font-src data:" images "; base-uri 'none'; form-action 'none'; "                \
	"frame-ancestors 'self'"

static const struct web_page {
	slice path; /* behind "/web/" */
	slice file;
	slice policy; /* Content-Security-Policy */
} pages[] = {
	{ SLICE_INIT("frame"), SLICE_INIT("frame.html"), SLICE_INIT(FRAME("")) },
	{ SLICE_INIT("frame-with-images"), SLICE_INIT("frame.html"),
	  SLICE_INIT(FRAME(" https: http:")) },
};

static const struct web_file *find_file(slice name)
{
	for (size_t i = 0; i < countof(web_files); i++)
		if (slice_eq(web_files[i].name, name)) return &web_files[i];
	return NULL;
}

static void add_fields(const struct web_file *f, slice policy, struct buf *out)
{
	buf_addf(out,
		 "ETag: %.*s\r\nCache-Control: no-cache\r\n"
		 "Content-Security-Policy: %.*s\r\nReferrer-Policy: no-referrer\r\n"
		 "X-DNS-Prefetch-Control: off\r\n"
		 "Cross-Origin-Resource-Policy: same-origin\r\n",
		 FMT(f->tag), FMT(policy));
}

static void answer_file(struct http_session *h, const struct web_file *f, slice policy)
{
	struct http_response r = { .status = 200,
				   .type = f->type,
				   .content = f->content };
	struct buf fields;

	buf_init(&fields, FIELDS_MAX);
	add_fields(f, policy, &fields);
	r.fields = buf_slice(&fields);
	if (http_has_already(h->request, f->tag)) r.status = 304;
	http_answer(h, &r);
	buf_done(&fields);
}

static void show_page(struct http_session *h)
{
	answer_file(h, find_file(S("index.html")), S(OURS));
}

static void show_file(struct http_session *h)
{
	const struct web_file *f;

	for (size_t i = 0; i < countof(pages); i++) {
		if (!slice_eq(h->rest, pages[i].path)) continue;
		answer_file(h, find_file(pages[i].file), pages[i].policy);
		return;
	}
	f = find_file(h->rest);
	if (f)
		answer_file(h, f, S(OURS));
	else
		http_answer(h, &(struct http_response){ .status = 404 });
}

const struct resource_ops web_page_ops = { .end = show_page };
const struct resource_ops web_file_ops = { .end = show_file };

/* {"sandbox":true,"hostname":"localhost","ports":{"smtp":1025}} */
bool page_about(struct visit *v)
{
	const struct server *s = v->door->server;
	struct json_writer w;

	json_writer_init(&w, v->out);
	json_write_object_begin(&w);
	json_write_key(&w, S("sandbox"));
	json_write_bool(&w, s->is_sandbox);
	json_write_key(&w, S("hostname"));
	json_write_string(&w, s->config->hostname);
	json_write_key(&w, S("ports"));
	json_write_object_begin(&w);
	for (unsigned kind = 0; kind < SERVICE_COUNT; kind++) {
		uint16_t port = doors_port(s, kind);

		if (!port) continue;
		json_write_key(&w, slice_of(service_name(kind)));
		json_write_uint(&w, port);
	}
	json_write_object_end(&w);
	json_write_object_end(&w);
	v->response->type = S("application/json");
	v->response->fields = S("Cache-Control: no-store\r\n");
	return true;
}

/* Which path leads where, and what the path alone decides. */
#include "server/http_state.h"
#include "server/jmap_state.h"
#include "server/pages.h"
#include "server/web.h"

/* Another site's script may ask so, with a log-in of its own (Fetch, "CORS protocol"). */
#define PREFLIGHT                                                                        \
	"Access-Control-Allow-Headers: Authorization, Content-Type, Cache-Control, "     \
	"Last-Event-ID, Range, If-None-Match, If-Range\r\n"                              \
	"Access-Control-Max-Age: 86400\r\n"

enum { FOR_USERS = NEEDS_LOGIN | CROSS_ORIGIN };

static const struct resource resources[] = {
	{ SLICE_INIT("/"), METHOD_GET | SANDBOX_ONLY, NULL, &web_page_ops },
	{ SLICE_INIT("/"), METHOD_GET, page_front, NULL },
	{ SLICE_INIT("/mail"), METHOD_GET, NULL, &web_page_ops },
	{ SLICE_INIT("/web/about"), METHOD_GET, page_about, NULL },
	{ SLICE_INIT("/web/"), METHOD_GET | IS_FOLDER, NULL, &web_file_ops },
	{ SLICE_INIT("/mail/config-v1.1.xml"), METHOD_GET, page_autoconfig, NULL },
	{ SLICE_INIT("/.well-known/autoconfig/mail/config-v1.1.xml"), METHOD_GET,
	  page_autoconfig, NULL },
	{ SLICE_INIT("/.well-known/mta-sts.txt"), METHOD_GET | TLS_ONLY, page_mta_sts,
	  NULL }, /* RFC 8461 3.3 */
	{ SLICE_INIT("/.well-known/jmap"), METHOD_GET | FOR_USERS, NULL,
	  &jmap_session_ops },
	{ SLICE_INIT("/jmap/api"), METHOD_POST | FOR_USERS, NULL, &jmap_api_ops },
	{ SLICE_INIT("/jmap/upload/"), METHOD_POST | FOR_USERS | IS_FOLDER, NULL,
	  &jmap_upload_ops },
	{ SLICE_INIT("/jmap/download/"), METHOD_GET | FOR_USERS | IS_FOLDER, NULL,
	  &jmap_download_ops },
	{ SLICE_INIT("/jmap/eventsource"), METHOD_GET | FOR_USERS, NULL,
	  &jmap_events_ops },
};

static bool is_there(const struct resource *r, const struct door *d, slice path)
{
	if (r->flags & TLS_ONLY && d->kind != SERVICE_HTTPS) return false;
	if (r->flags & SANDBOX_ONLY && !d->server->is_sandbox) return false;
	return r->flags & IS_FOLDER ? slice_starts(path, r->path)
				    : slice_eq(path, r->path);
}

const struct resource *http_find_resource(const struct door *d, slice path,
					  slice *ret_rest)
{
	for (size_t i = 0; i < countof(resources); i++) {
		if (!is_there(&resources[i], d, path)) continue;
		*ret_rest = slice_skip(path, resources[i].path.n);
		return &resources[i];
	}
	return NULL;
}

static bool is_allowed(const struct resource *r, slice method)
{
	if (slice_eq(method, S("GET")) || slice_eq(method, S("HEAD")))
		return r->flags & METHOD_GET;
	return slice_eq(method, S("POST")) && r->flags & METHOD_POST;
}

static slice methods_of(const struct resource *r)
{
	bool reads = r->flags & METHOD_GET, is_open = r->flags & CROSS_ORIGIN;

	if (reads) return is_open ? S("GET, HEAD, OPTIONS") : S("GET, HEAD");
	return is_open ? S("POST, OPTIONS") : S("POST");
}

static void answer_allowed(struct http_session *h, unsigned status)
{
	slice methods = methods_of(h->resource);
	struct buf fields;

	buf_init(&fields, 1024);
	buf_addf(&fields, "Allow: %.*s\r\n", FMT(methods));
	if (status == 204)
		buf_addf(&fields, "Access-Control-Allow-Methods: %.*s\r\n" PREFLIGHT,
			 FMT(methods));
	http_answer(h, &(struct http_response){ .status = status,
						.fields = buf_slice(&fields) });
	buf_done(&fields);
}

static void refuse_host(struct http_session *h)
{
	http_answer_problem(h, &(struct http_problem){
				       .status = 403,
				       .detail = S("Ask for localhost or an address") });
}

/* OPTIONS "*": the server as a whole (RFC 9110 9.3.7). */
static void answer_whole_server(struct http_session *h)
{
	http_answer(h, &(struct http_response){
			       .status = 204,
			       .fields = S("Allow: GET, HEAD, POST, OPTIONS\r\n") });
}

bool http_answered_by_route(struct http_session *h)
{
	if (slice_eq(h->request->path, S("*")))
		answer_whole_server(h);
	else if (!h->resource)
		http_answer(h, &(struct http_response){ .status = 404 });
	else if (h->resource->flags & NEEDS_LOGIN && http_is_lured(h))
		refuse_host(h);
	else if (h->resource->flags & CROSS_ORIGIN &&
		 slice_eq(h->request->method, S("OPTIONS")))
		answer_allowed(h, 204);
	else if (!is_allowed(h->resource, h->request->method))
		answer_allowed(h, 405);
	else
		return false;
	return true;
}

#include "server/pages.h"

#include "http/query.h"
#include "policy/routing.h"
#include "report/xml.h"
#include "server/autoconfig.h"
#include "server/http_state.h"

/* ---- whose page it is ---- */

static slice without_port(slice host)
{
	size_t colon = slice_find_char(host, ':');

	return host.n && host.p[0] == '[' ? host : slice_head(host, colon);
}

/* autoconfig.example.org, mta-sts.example.org: the domain. False: the host is another. */
static bool domain_of_host(const struct visit *v, slice prefix, slice *ret)
{
	slice host = without_port(v->request->host);

	if (!take_literal_nocase(&host, prefix)) return false;
	*ret = host;
	return true;
}

/* emailaddress=jo%40example.org: what is behind the "@". */
static bool domain_of_query(const struct visit *v, struct buf *address, slice *ret)
{
	if (!http_query_value(v->request->query, S("emailaddress"), address))
		return false;
	*ret = slice_skip(buf_slice(address),
			  slice_find_char(buf_slice(address), '@') + 1);
	return true;
}

static bool is_ours(const struct visit *v, slice domain)
{
	const struct server *s = v->door->server;
	const struct directory *d = directory_get(s->store);
	bool ours = domain.n && is_our_domain(s->config, d, domain);

	directory_put(d);
	return ours;
}

static struct open_ports open_ports(const struct server *s)
{
	struct open_ports p;

	for (unsigned kind = 0; kind < SERVICE_COUNT; kind++)
		p.of[kind] = doors_port(s, kind);
	return p;
}

/* ---- the pages ---- */

bool page_autoconfig(struct visit *v)
{
	const struct server *s = v->door->server;
	struct open_ports ports = open_ports(s);
	struct buf address;
	slice domain;
	bool is_known;

	buf_init(&address, ADDRESS_MAX);
	is_known = (domain_of_host(v, S("autoconfig."), &domain) ||
		    domain_of_query(v, &address, &domain)) &&
		   is_ours(v, domain);
	if (is_known) autoconfig_write(s->config->hostname, &ports, domain, v->out);
	buf_done(&address);
	v->response->type = S("text/xml; charset=utf-8");
	return is_known;
}

bool page_mta_sts(struct visit *v)
{
	slice domain;

	if (!domain_of_host(v, S("mta-sts."), &domain) ||
	    !mta_sts_write(v->door->server->config, domain, v->out))
		return false;
	v->response->type = S("text/plain; charset=utf-8");
	return true;
}

/* The web page, where it may ask for a password. */
static void write_mail_link(const struct visit *v)
{
	const struct server *s = v->door->server;
	uint16_t port = doors_port(s, SERVICE_HTTPS);

	if (v->door->kind == SERVICE_HTTPS || s->config->allow_plaintext_login)
		buf_add(v->out, S("<p><a href=\"/mail\">Read your mail here</a>\n"));
	else if (port)
		buf_addf(v->out,
			 "<p><a href=\"https://%.*s:%u/mail\">Read your mail here</a>\n",
			 FMT(s->config->hostname), port);
}

bool page_front(struct visit *v)
{
	const struct server *s = v->door->server;
	struct open_ports ports = open_ports(s);

	buf_add(v->out,
		S("<!doctype html><html lang=en><meta charset=utf-8>\n"
		  "<meta name=viewport content=\"width=device-width\">\n<title>"));
	xml_add_escaped(v->out, s->config->hostname);
	buf_add(v->out,
		S("</title>\n<style>body{font:1em/1.5 system-ui,sans-serif;"
		  "max-width:36em;margin:4em auto;padding:0 1em}"
		  "td,th{text-align:left;padding:.2em 2em .2em 0}</style>\n<h1>"));
	xml_add_escaped(v->out, s->config->hostname);
	buf_add(v->out, S("</h1>\n<p>This is a mail server. Mail programs find out by "
			  "themselves how to reach it; by hand, enter this name, your "
			  "whole address as the user name, and\n"
			  "<table><tr><th>Service<th>Port<th>Security\n"));
	autoconfig_write_rows(&ports, v->out);
	buf_add(v->out, S("</table>\n"));
	write_mail_link(v);
	v->response->type = S("text/html; charset=utf-8");
	v->response->fields = S("Content-Security-Policy: default-src 'none'; style-src "
				"'unsafe-inline'; frame-ancestors 'none'\r\n"
				"Referrer-Policy: no-referrer\r\n");
	return true;
}

void page_answer(struct http_session *h)
{
	struct http_response r = { .status = 200 };
	struct buf out;
	struct visit v = { h->door, h->request, &out, &r };

	buf_init(&out, PAGE_MAX);
	if (h->resource->show(&v))
		r.content = buf_slice(&out);
	else
		r = (struct http_response){ .status = 404 };
	http_answer(h, &r);
	buf_done(&out);
}

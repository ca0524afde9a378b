#include "server/autoconfig.h"

#include "report/xml.h"

/* For whom mail programs look, in the order of preference. */
static const struct offer {
	enum service_kind service;
	const char *element; /* of clientConfig */
	const char *type;
	const char *socket_type;
	const char *title, *security; /* for people */
} offers[] = {
	{ SERVICE_IMAPS, "incomingServer", "imap", "SSL", "IMAP", "TLS" },
	{ SERVICE_IMAP, "incomingServer", "imap", "STARTTLS", "IMAP", "STARTTLS" },
	{ SERVICE_POP3S, "incomingServer", "pop3", "SSL", "POP3", "TLS" },
	{ SERVICE_POP3, "incomingServer", "pop3", "STARTTLS", "POP3", "STARTTLS" },
	{ SERVICE_SUBMISSIONS, "outgoingServer", "smtp", "SSL", "SMTP, to send", "TLS" },
	{ SERVICE_SUBMISSION, "outgoingServer", "smtp", "STARTTLS", "SMTP, to send",
	  "STARTTLS" },
};

static void add_server(slice hostname, const struct offer *o, uint16_t port,
		       struct buf *out)
{
	buf_addf(out, "<%s type=\"%s\">\n", o->element, o->type);
	xml_add_element(out, "hostname", hostname);
	buf_addf(out, "<port>%u</port>\n", port);
	xml_add_element(out, "socketType", slice_of(o->socket_type));
	xml_add_element(out, "authentication", S("password-cleartext"));
	xml_add_element(out, "username", S("%EMAILADDRESS%"));
	buf_addf(out, "</%s>\n", o->element);
}

void autoconfig_write(slice hostname, const struct open_ports *ports, slice domain,
		      struct buf *out)
{
	buf_add(out, S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<clientConfig version=\"1.1\">\n<emailProvider id=\""));
	xml_add_escaped(out, domain);
	buf_add(out, S("\">\n"));
	xml_add_element(out, "domain", domain);
	xml_add_element(out, "displayName", domain);
	xml_add_element(out, "displayShortName", domain);
	for (size_t i = 0; i < countof(offers); i++) {
		uint16_t port = ports->of[offers[i].service];

		if (port) add_server(hostname, &offers[i], port, out);
	}
	buf_add(out, S("</emailProvider>\n</clientConfig>\n"));
}

void autoconfig_write_rows(const struct open_ports *ports, struct buf *out)
{
	for (size_t i = 0; i < countof(offers); i++) {
		uint16_t port = ports->of[offers[i].service];

		if (port)
			buf_addf(out, "<tr><td>%s<td>%u<td>%s\n", offers[i].title, port,
				 offers[i].security);
	}
}

bool mta_sts_write(const struct config *c, slice domain, struct buf *out)
{
	static const char *const modes[] = {
		[STS_NONE] = "none", [STS_TESTING] = "testing", [STS_ENFORCE] = "enforce"
	};
	const struct domain_config *d = config_find_domain(c, domain);

	if (!d || d->mta_sts == STS_OFF) return false;
	return buf_addf(
		out, "version: STSv1\r\nmode: %s\r\nmx: %.*s\r\nmax_age: %lld\r\n",
		modes[d->mta_sts], FMT(c->hostname), (long long)d->mta_sts_max_age_s);
}

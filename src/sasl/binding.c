#include "sasl/exchange.h"

/* Of the types registered these two are right for every version of TLS where the facts
 * give them; tls-unique is not (RFC 9266 3 makes tls-exporter the default in its place).
 * The stronger first. */
static const struct binding {
	slice name;
	size_t data; /* where in struct tls_facts its slice lies */
} bindings[] = {
	{ SLICE_INIT("tls-exporter"), offsetof(struct tls_facts, binding_exporter) },
	{ SLICE_INIT("tls-server-end-point"),
	  offsetof(struct tls_facts, binding_endpoint) },
};

static slice data_of(const struct binding *b, const struct tls_facts *tls)
{
	return *(const slice *)((const char *)tls + b->data);
}

bool binding_find(const struct tls_facts *tls, slice name, slice *ret_data)
{
	for (size_t i = 0; tls && i < countof(bindings); i++) {
		slice data = data_of(&bindings[i], tls);

		if (data.n == 0 || !slice_eq(bindings[i].name, name)) continue;
		*ret_data = data;
		return true;
	}
	return false;
}

bool binding_best(const struct tls_facts *tls, slice *ret_name)
{
	for (size_t i = 0; tls && i < countof(bindings); i++) {
		if (data_of(&bindings[i], tls).n == 0) continue;
		*ret_name = bindings[i].name;
		return true;
	}
	return false;
}

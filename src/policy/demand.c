#include "policy/demand.h"

static const slice prefixes[] = {
	[DEMAND_USUAL] = SLICE_INIT(""),
	[DEMAND_TLS] = SLICE_INIT("tls!"),
	[DEMAND_NO_TLS] = SLICE_INIT("any!"),
};

enum tls_demand demand_of(const struct queue_envelope *v)
{
	if (v->reverse_path.n == 0) return DEMAND_USUAL;
	if (v->flags & MESSAGE_REQUIRE_TLS) return DEMAND_TLS;
	return v->flags & MESSAGE_TLS_OPTIONAL ? DEMAND_NO_TLS : DEMAND_USUAL;
}

slice demand_prefix(enum tls_demand d)
{
	return prefixes[d];
}

enum tls_demand demand_take(slice *destination)
{
	if (take_literal(destination, prefixes[DEMAND_TLS])) return DEMAND_TLS;
	if (take_literal(destination, prefixes[DEMAND_NO_TLS])) return DEMAND_NO_TLS;
	return DEMAND_USUAL;
}

bool demand_is_waived(const struct mime_part *root)
{
	const struct header_field *one = NULL;
	uint32_t count = 0;

	for (uint32_t i = 0; i < root->field_count; i++) {
		if (!slice_eq_nocase(root->fields[i].name, S("TLS-Required"))) continue;
		one = &root->fields[i];
		count++;
	}
	return count == 1 && slice_eq_nocase(slice_trim(one->value), S("No"));
}

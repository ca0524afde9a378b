#include "config/config_keys.h"

static bool same_texts(const struct slice_list *a, const struct slice_list *b)
{
	if (a->count != b->count) return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (!slice_eq(a->items[i], b->items[i])) return false;
	return true;
}

/* All [listen] keys share one list: their difference is reported once, by the first. */
static bool same_listeners(const struct listen_list *a, const struct listen_list *b)
{
	if (a->count != b->count) return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (a->items[i].service != b->items[i].service ||
		    !slice_eq(a->items[i].address, b->items[i].address))
			return false;
	return true;
}

static bool same_value(const struct config_key *key, const void *a, const void *b)
{
	switch (key->type) {
	case VALUE_TEXT:
	case VALUE_HOST:
	case VALUE_ADDRESS:
	case VALUE_ENDPOINT:
		return slice_eq(*(const slice *)a, *(const slice *)b);
	case VALUE_TEXTS:
	case VALUE_NETWORK:
		return same_texts(a, b);
	case VALUE_LISTEN:
		return same_listeners(a, b);
	case VALUE_SWITCH:
	case VALUE_COUNT:
	case VALUE_SIZE:
	case VALUE_DURATION:
	case VALUE_CHOICE:
		return *(const int64_t *)a == *(const int64_t *)b;
	}
	return false;
}

static void name_key(const struct config_key *key, struct buf *out)
{
	const char *section = section_kinds[key->section].name;

	if (out->n) buf_add(out, S(", "));
	if (key->type == VALUE_LISTEN)
		buf_add(out, S("[listen]"));
	else if (*section)
		buf_addf(out, "[%s] %s", section, key->name);
	else
		buf_add(out, slice_of(key->name));
}

void config_restart_needs(const struct config *old, const struct config *fresh,
			  struct buf *out)
{
	bool listen_named = false;

	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];

		if (!key->restart || section_kinds[key->section].named) continue;
		if (key->type == VALUE_LISTEN && listen_named) continue;
		if (same_value(key, (const char *)old + key->offset,
			       (const char *)fresh + key->offset))
			continue;
		listen_named |= key->type == VALUE_LISTEN;
		name_key(key, out);
	}
}

static const char *const value_words[] = {
	[VALUE_TEXT] = "text",        [VALUE_TEXTS] = "text, may be repeated",
	[VALUE_HOST] = "host name",   [VALUE_ADDRESS] = "mail address",
	[VALUE_SWITCH] = "yes | no",  [VALUE_COUNT] = "number",
	[VALUE_SIZE] = "size",        [VALUE_DURATION] = "time",
	[VALUE_CHOICE] = NULL,        [VALUE_LISTEN] = "address, may be repeated",
	[VALUE_ENDPOINT] = "address", [VALUE_NETWORK] = "networks, may be repeated",
};

static void write_key(const struct config_key *key, struct buf *out)
{
	buf_addf(out, ".It Cm %s No = Ar %s\n%s\n", key->name,
		 key->choices ? key->choices : value_words[key->type], key->help);
	if (key->fallback) buf_addf(out, "Default: %s.\n", key->fallback);
	if (key->restart) buf_add(out, S("A change needs a restart.\n"));
}

static void write_heading(enum section section, struct buf *out)
{
	const struct section_kind *kind = &section_kinds[section];

	if (section == SECTION_TOP)
		buf_add(out, S(".Ss Before any section\n"));
	else
		buf_addf(out, ".Ss [%s%s]\n", kind->name, kind->named ? " NAME" : "");
}

void config_write_manual(struct buf *out)
{
	for (enum section s = SECTION_TOP; s < SECTION_COUNT; s++) {
		write_heading(s, out);
		buf_add(out, S(".Bl -tag -width Ds\n"));
		for (size_t i = 0; i < config_key_count; i++)
			if (config_keys[i].section == s) write_key(&config_keys[i], out);
		buf_add(out, S(".El\n"));
	}
}

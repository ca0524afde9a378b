#include "operator/admin.h"

enum cli_status admin_alias_add(const struct admin *a, const struct admin_request *r)
{
	enum err e = directory_set_alias(a->store, r->words[0], r->words + 1,
					 (uint32_t)(r->count - 1));

	return e ? admin_failed(r, e, r->words[0]) : CLI_DONE;
}

enum cli_status admin_alias_delete(const struct admin *a, const struct admin_request *r)
{
	enum err e = directory_delete_alias(a->store, r->words[0]);

	return e ? admin_failed(r, e, r->words[0]) : CLI_DONE;
}

static void list_alias(const struct admin_request *r, struct json_writer *w,
		       const struct alias_view *alias)
{
	if (!r->json) {
		buf_addf(r->out, "%.*s:", FMT(alias->address));
		for (uint32_t i = 0; i < alias->target_count; i++)
			buf_addf(r->out, " %.*s", FMT(alias->targets[i]));
		buf_add_char(r->out, '\n');
		return;
	}
	json_write_object_begin(w);
	json_write_key(w, S("alias"));
	json_write_string(w, alias->address);
	json_write_key(w, S("targets"));
	json_write_array_begin(w);
	for (uint32_t i = 0; i < alias->target_count; i++)
		json_write_string(w, alias->targets[i]);
	json_write_array_end(w);
	json_write_object_end(w);
}

enum cli_status admin_alias_list(const struct admin *a, const struct admin_request *r)
{
	const struct directory *d = directory_get(a->store);
	struct alias_view alias;
	struct json_writer w;
	bool found = !r->count;

	json_writer_init(&w, r->out);
	if (r->json) json_write_array_begin(&w);
	for (uint32_t at = 0; directory_alias_at(d, at, &alias); at++) {
		if (r->count && !slice_eq_nocase(alias.address, r->words[0])) continue;
		list_alias(r, &w, &alias);
		found = true;
	}
	if (r->json) {
		json_write_array_end(&w);
		buf_add_char(r->out, '\n');
	}
	directory_put(d);
	return found ? CLI_DONE : admin_failed(r, ERR_NOT_FOUND, r->words[0]);
}

#include "operator/admin_why.h"
#include "operator/plain.h"

enum { NAME_WIDTH = 16 };

/* ---- values on a line ---- */

static void add_scalar(struct buf *out, const json_t *value)
{
	if (json_is_string(value))
		plain_add(out,
			  (slice){ json_string_value(value), json_string_length(value) });
	else if (json_is_integer(value))
		buf_addf(out, "%lld", (long long)json_integer_value(value));
	else
		buf_add(out, json_is_true(value) ? S("yes") : S("no"));
}

/* "to=ann@there.test outcome=delivered" */
static void add_object(struct buf *out, json_t *object)
{
	const char *key;
	json_t *value;
	bool is_first = true;

	json_object_foreach(object, key, value)
	{
		buf_addf(out, "%s%s=", is_first ? "" : " ", key);
		add_scalar(out, value);
		is_first = false;
	}
}

/* ---- fields of an event ---- */

static void begin_line(struct buf *out, const char *name)
{
	buf_addf(out, "    %-*s", NAME_WIDTH, name);
}

static void add_lines(struct buf *out, slice text)
{
	slice line;

	while (take_until(&text, '\n', &line)) {
		buf_add(out, S("        "));
		plain_add(out, line);
		buf_add_char(out, '\n');
	}
}

static void add_list(struct buf *out, const char *name, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *one = json_array_get(list, i);

		begin_line(out, i ? "" : name);
		if (json_is_object(one))
			add_object(out, one);
		else
			add_scalar(out, one);
		buf_add_char(out, '\n');
	}
}

static void add_field(struct buf *out, const char *name, json_t *value)
{
	if (json_is_array(value)) {
		add_list(out, name, value);
		return;
	}
	if (slice_eq(slice_of(name), S("dialogue"))) {
		buf_addf(out, "    %s\n", name);
		add_lines(out, slice_of(json_string_value(value)));
		return;
	}
	begin_line(out, name);
	if (json_is_object(value))
		add_object(out, value);
	else
		add_scalar(out, value);
	buf_add_char(out, '\n');
}

static bool is_in_heading(const char *name)
{
	return slice_eq(slice_of(name), S("at")) || slice_eq(slice_of(name), S("event"));
}

static void add_event(struct buf *out, const struct event *e)
{
	json_t *object = (json_t *)(uintptr_t)e->json;
	const char *name;
	json_t *value;

	add_scalar(out, json_object_get(object, "at"));
	buf_add_char(out, ' ');
	add_scalar(out, json_object_get(object, "event"));
	buf_add_char(out, '\n');
	json_object_foreach(object, name, value) if (!is_in_heading(name))
		add_field(out, name, value);
}

void story_print(const struct story *s, struct buf *out)
{
	for (uint32_t i = 0; i < s->count; i++)
		add_event(out, &s->events[i]);
	for (uint32_t i = 0; i < s->waiting_count; i++)
		buf_addf(out,
			 "message %lld is still in the queue: `postroom queue show "
			 "%lld`\n",
			 (long long)s->waiting[i], (long long)s->waiting[i]);
	if (s->is_cut) buf_add(out, S("there is more than is shown here\n"));
}

void story_print_json(const struct story *s, struct buf *out)
{
	struct json_writer w;

	json_writer_init(&w, out);
	json_write_object_begin(&w);
	json_write_key(&w, S("events"));
	json_write_array_begin(&w);
	for (uint32_t i = 0; i < s->count; i++)
		json_write_raw(&w, s->events[i].text);
	json_write_array_end(&w);
	json_write_key(&w, S("waiting"));
	json_write_array_begin(&w);
	for (uint32_t i = 0; i < s->waiting_count; i++)
		json_write_int(&w, s->waiting[i]);
	json_write_array_end(&w);
	json_write_key(&w, S("more"));
	json_write_bool(&w, s->is_cut);
	json_write_object_end(&w);
	buf_add_char(out, '\n');
}

#include "milter/field_list.h"

#include <string.h>

static bool make_room(struct field_list *l)
{
	uint32_t room = l->room ? 2 * l->room : 32;
	struct milter_field *grown;

	if (l->count == FIELD_LIST_MAX) return false;
	if (l->count < l->room) return true;
	grown = arena_alloc_array(l->arena, room, sizeof(*grown));
	if (!grown) return false;
	if (l->count) memcpy(grown, l->fields, l->count * sizeof(*grown));
	l->fields = grown;
	l->room = room;
	return true;
}

static bool insert(struct field_list *l, uint32_t at, const struct milter_field *f)
{
	if (!make_room(l)) return false;
	if (at > l->count) at = l->count;
	memmove(l->fields + at + 1, l->fields + at, (l->count - at) * sizeof(*f));
	l->fields[at] = *f;
	l->count++;
	return true;
}

static void drop(struct field_list *l, uint32_t at)
{
	l->count--;
	memmove(l->fields + at, l->fields + at + 1, (l->count - at) * sizeof(*l->fields));
}

/* ---- reading ---- */

static size_t line_end(slice s)
{
	size_t n = slice_find(s, S("\r\n"));

	return n < s.n ? n + 2 : s.n;
}

/* name *WSP ":" */
static bool begins_field(slice line)
{
	slice name;

	if (!take_until(&line, ':', &name)) return false;
	name = slice_trim(name);
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~') return false;
	return name.n > 0;
}

/* The next field with all lines up to the one that begins another. */
static slice take_raw(slice *section)
{
	size_t n = line_end(*section);

	for (;;) {
		slice line = slice_skip(*section, n);

		line = slice_head(line, line_end(line));
		if (!line.n) break;
		if (line.p[0] != ' ' && line.p[0] != '\t' && begins_field(line)) break;
		n += line.n;
	}
	slice raw = slice_head(*section, n);
	*section = slice_skip(*section, n);
	return raw;
}

bool field_list_read(struct field_list *l, slice section, struct arena *arena)
{
	*l = (struct field_list){ .arena = arena };
	while (section.n) {
		struct milter_field f = { .raw = take_raw(&section) };

		f.value = f.raw;
		if (take_until(&f.value, ':', &f.name)) f.name = slice_trim(f.name);
		if (f.value.n >= 2) f.value.n -= 2; /* the line's end */
		if (!insert(l, l->count, &f)) return false;
	}
	return true;
}

/* ---- changing ---- */

/* The index-th of that name, from 1 (0 is taken for it); count: there is none. */
static uint32_t find(const struct field_list *l, slice name, uint32_t index)
{
	uint32_t at = 0;

	for (; at < l->count; at++) {
		if (!slice_eq_nocase(l->fields[at].name, name)) continue;
		if (index <= 1) break;
		index--;
	}
	return at;
}

static bool change(struct field_list *l, const struct milter_edit *e,
		   const struct milter_field *f)
{
	uint32_t at = find(l, e->name, e->index);

	if (at == l->count) return e->value.n == 0 || insert(l, at, f);
	if (l->fields[at].raw.n) l->has_lost = true;
	if (e->value.n)
		l->fields[at] = *f;
	else
		drop(l, at);
	return true;
}

bool field_list_edit(struct field_list *l, const struct milter_edit *e)
{
	struct milter_field f = { .name = e->name, .value = e->value };

	l->is_changed = true;
	switch (e->kind) {
	case EDIT_ADD_FIELD:
		return insert(l, l->count, &f);
	case EDIT_INSERT_FIELD:
		return insert(l, e->index, &f);
	case EDIT_CHANGE_FIELD:
		return change(l, e, &f);
	default:
		return true;
	}
}

/* ---- writing ---- */

static void write_made(const struct milter_field *f, struct buf *out)
{
	buf_add(out, f->name);
	buf_add_char(out, ':');
	for (size_t i = 0; i < f->value.n; i++) {
		if (f->value.p[i] == '\r') continue;
		if (f->value.p[i] == '\n') buf_add_char(out, '\r');
		buf_add_char(out, f->value.p[i]);
	}
	buf_add(out, S("\r\n"));
}

void field_list_write(const struct field_list *l, struct buf *out)
{
	for (uint32_t i = 0; i < l->count; i++) {
		if (l->fields[i].raw.n)
			buf_add(out, l->fields[i].raw);
		else
			write_made(&l->fields[i], out);
	}
}

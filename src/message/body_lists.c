#include "message/body_lists.h"

enum multipart_type { MULTIPART_OTHER, MULTIPART_RELATED, MULTIPART_ALTERNATIVE };

/* A multipart being walked: a call of parseStructure in RFC 8621 4.1.4, whose textBody
 * and htmlBody can become null for the call and those within it. */
struct frame {
	uint32_t next, end; /* parts still to look at */
	bool first;         /* next is the first */
	enum multipart_type type;
	bool in_alternative;
	bool wants_text, wants_html;
	uint32_t text_count, html_count; /* lengths at its beginning */
};

bool part_has_type(const struct mime_part *part, slice type, slice subtype)
{
	return slice_eq_nocase(part->type, type) &&
	       (subtype.n == 0 || slice_eq_nocase(part->subtype, subtype));
}

slice part_file_name(const struct mime_part *part)
{
	slice name =
		mime_find_parameter(part->disposition_parameters,
				    part->disposition_parameter_count, S("filename"));

	return name.n ? name
		      : mime_find_parameter(part->parameters, part->parameter_count,
					    S("name"));
}

static bool is_plain(const struct mime_part *part)
{
	return part_has_type(part, S("text"), S("plain"));
}

static bool is_html(const struct mime_part *part)
{
	return part_has_type(part, S("text"), S("html"));
}

static bool is_media(const struct mime_part *part)
{
	return part_has_type(part, S("image"), S("")) ||
	       part_has_type(part, S("audio"), S("")) ||
	       part_has_type(part, S("video"), S(""));
}

static bool is_inline(const struct mime_part *part, enum multipart_type type, bool first)
{
	if (slice_eq_nocase(part->disposition, S("attachment"))) return false;
	if (!is_plain(part) && !is_html(part) && !is_media(part)) return false;
	return first || (type != MULTIPART_RELATED &&
			 (is_media(part) || part_file_name(part).n == 0));
}

static void push(struct body_list *list, uint32_t part)
{
	list->parts[list->count++] = part;
}

static void place_alternative(struct body_lists *b, const struct frame *f,
			      const struct mime_part *part, uint32_t index)
{
	if (is_plain(part)) {
		if (f->wants_text) push(&b->text, index);
	} else if (is_html(part)) {
		if (f->wants_html) push(&b->html, index);
	} else {
		push(&b->attachments, index);
	}
}

static void place_inline(struct body_lists *b, struct frame *f,
			 const struct mime_part *part, uint32_t index)
{
	if (f->in_alternative && is_plain(part)) f->wants_html = false;
	if (f->in_alternative && is_html(part)) f->wants_text = false;
	if (f->wants_text) push(&b->text, index);
	if (f->wants_html) push(&b->html, index);
	if (!(f->wants_text && f->wants_html) && is_media(part))
		push(&b->attachments, index);
}

static void copy_from(struct body_list *to, const struct body_list *from, uint32_t first)
{
	for (uint32_t i = first; i < from->count; i++)
		push(to, from->parts[i]);
}

/* An alternative that came in one form only is shown in that form everywhere. */
static void end_multipart(struct body_lists *b, const struct frame *f)
{
	bool text = b->text.count != f->text_count;
	bool html = b->html.count != f->html_count;

	if (f->type != MULTIPART_ALTERNATIVE || !f->wants_text || !f->wants_html) return;
	if (html && !text) copy_from(&b->text, &b->html, f->html_count);
	if (text && !html) copy_from(&b->html, &b->text, f->text_count);
}

static struct frame frame_within(const struct body_lists *b, const struct frame *outer,
				 const struct mime_part *part, uint32_t index)
{
	struct frame f = *outer;

	f.next = index + 1;
	f.end = part->end_index;
	f.first = true;
	f.type = slice_eq_nocase(part->subtype, S("related")) ? MULTIPART_RELATED
		 : slice_eq_nocase(part->subtype, S("alternative"))
			 ? MULTIPART_ALTERNATIVE
			 : MULTIPART_OTHER;
	f.in_alternative |= f.type == MULTIPART_ALTERNATIVE;
	f.text_count = b->text.count;
	f.html_count = b->html.count;
	return f;
}

static void walk(const struct mime *m, struct body_lists *b)
{
	struct frame frames[MIME_DEPTH_MAX + 2] = { {
		.end = m->part_count,
		.first = true,
		.wants_text = true,
		.wants_html = true,
	} };
	uint32_t depth = 1;

	while (depth) {
		struct frame *f = &frames[depth - 1];
		uint32_t index = f->next;
		const struct mime_part *part = &m->parts[index];
		bool first = f->first;

		if (index == f->end) {
			end_multipart(b, f);
			depth--;
			continue;
		}
		f->first = false;
		f->next = part->end_index;
		if (part->kind == MIME_MULTIPART)
			frames[depth++] = frame_within(b, f, part, index);
		else if (!is_inline(part, f->type, first))
			push(&b->attachments, index);
		else if (f->type == MULTIPART_ALTERNATIVE)
			place_alternative(b, f, part, index);
		else
			place_inline(b, f, part, index);
	}
}

bool body_lists_make(const struct mime *m, struct arena *arena, struct body_lists *ret)
{
	struct body_list *lists[] = { &ret->text, &ret->html, &ret->attachments };

	*ret = (struct body_lists){ 0 };
	for (size_t i = 0; i < countof(lists); i++) {
		lists[i]->parts =
			arena_alloc_array(arena, m->part_count, sizeof(uint32_t));
		if (!lists[i]->parts) return false;
	}
	walk(m, ret);
	return true;
}

bool body_lists_have_attachment(const struct mime *m, const struct body_lists *lists)
{
	const struct body_list *a = &lists->attachments;

	for (uint32_t i = 0; i < a->count; i++)
		if (!slice_eq_nocase(m->parts[a->parts[i]].disposition, S("inline")))
			return true;
	return false;
}

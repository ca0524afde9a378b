#include "message/mime_parser.h"
#include "message/mime_token.h"
#include "message/parameter.h"

static void set_type(struct mime_part *part, slice type, slice subtype)
{
	part->type = type;
	part->subtype = subtype;
}

/* For what should hold other parts, but cannot. */
static void make_opaque(struct mime_part *part)
{
	part->kind = MIME_LEAF;
	set_type(part, S("application"), S("octet-stream"));
}

static bool in_digest(const struct mime_parser *p, const struct mime_part *part)
{
	const struct mime_part *parent = &p->parts[part->parent];

	return part != parent && parent->kind == MIME_MULTIPART &&
	       slice_eq_nocase(parent->subtype, S("digest"));
}

static void read_type(struct mime_parser *p, struct mime_part *part)
{
	const struct header_field *f = mime_find_field(part, S("Content-Type"));
	slice type, subtype, rest = f ? f->value : S("");

	if (!f && in_digest(p, part))
		set_type(part, S("message"), S("rfc822")); /* RFC 2046 5.1.5 */
	else
		set_type(part, S("text"), S("plain")); /* RFC 2045 5.2 */
	if (!f || !take_media_type(&rest, &type, &subtype)) return;
	set_type(part, type, subtype);
	if (!parameter_list_parse(rest, p->arena, &part->parameters,
				  &part->parameter_count))
		p->result->truncated = true;
}

static enum mime_encoding encoding_of(slice name)
{
	static const struct {
		slice name;
		enum mime_encoding encoding;
	} known[] = {
		{ SLICE_INIT("7bit"), MIME_7BIT },
		{ SLICE_INIT("8bit"), MIME_8BIT },
		{ SLICE_INIT("binary"), MIME_BINARY },
		{ SLICE_INIT("quoted-printable"), MIME_QUOTED_PRINTABLE },
		{ SLICE_INIT("base64"), MIME_BASE64 },
	};

	for (size_t i = 0; i < countof(known); i++)
		if (slice_eq_nocase(known[i].name, name)) return known[i].encoding;
	return MIME_ENCODING_UNKNOWN;
}

static void read_encoding(struct mime_part *part)
{
	const struct header_field *f =
		mime_find_field(part, S("Content-Transfer-Encoding"));
	slice rest = f ? f->value : S("");

	if (take_mime_token(&rest, &part->encoding_name))
		part->encoding = encoding_of(part->encoding_name);
}

static void read_disposition(struct mime_parser *p, struct mime_part *part)
{
	const struct header_field *f = mime_find_field(part, S("Content-Disposition"));
	slice rest = f ? f->value : S("");

	if (!take_mime_token(&rest, &part->disposition)) return;
	if (!parameter_list_parse(rest, p->arena, &part->disposition_parameters,
				  &part->disposition_parameter_count))
		p->result->truncated = true;
}

/* White space at its end would not be seen in the line (RFC 2046 5.1.1). */
slice mime_boundary_of(const struct mime_part *part)
{
	slice text = mime_find_parameter(part->parameters, part->parameter_count,
					 S("boundary"));

	while (text.n && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
		text.n--;
	return text;
}

/* Its type is left to text/plain when it names no boundary that a line can hold. */
static void read_multipart(struct mime_parser *p, struct mime_part *part)
{
	slice boundary = mime_boundary_of(part);

	if (boundary.n == 0 || boundary.n > BOUNDARY_MAX) {
		set_type(part, S("text"), S("plain"));
	} else if (part->depth >= MIME_DEPTH_MAX) {
		p->result->truncated = true;
		make_opaque(part);
	} else {
		part->kind = MIME_MULTIPART;
	}
}

/* An encoded message is not looked into (RFC 2046 5.2.1). */
static void read_message(struct mime_parser *p, struct mime_part *part, bool room)
{
	bool encoded = part->encoding > MIME_BINARY;

	if (encoded || part->depth >= MIME_DEPTH_MAX || !room) {
		p->result->truncated |= !encoded;
		make_opaque(part);
	} else {
		part->kind = MIME_MESSAGE;
	}
}

void mime_read_content_fields(struct mime_parser *p, struct mime_part *part, bool room)
{
	read_type(p, part);
	read_encoding(part);
	read_disposition(p, part);
	p->work += part->field_count;
	if (slice_eq_nocase(part->type, S("multipart")))
		read_multipart(p, part);
	else if (slice_eq_nocase(part->type, S("message")) &&
		 (slice_eq_nocase(part->subtype, S("rfc822")) ||
		  slice_eq_nocase(part->subtype, S("global"))))
		read_message(p, part, room);
}

/*
 * gmime_tree FILE... - the part tree that GMime finds in each file, a line of JSON each:
 * {"file":..., "parts":[[depth, "type/subtype", octets of a leaf or -1], ...]}
 */
#include <gmime/gmime.h>
#include <stdio.h>

enum { PARTS_MAX = 20000 };

struct place {
	GMimeObject *object;
	int depth;
};

/* To be visited, the next one last. */
static struct place stack[PARTS_MAX];
static int waiting;

static void push(GMimeObject *object, int depth)
{
	if (object && waiting < PARTS_MAX)
		stack[waiting++] = (struct place){ object, depth };
}

static long content_size(GMimeObject *object)
{
	GMimeDataWrapper *content;

	if (!GMIME_IS_PART(object)) return -1;
	content = g_mime_part_get_content(GMIME_PART(object));
	return content ? (long)g_mime_stream_length(
				 g_mime_data_wrapper_get_stream(content))
		       : 0;
}

static void push_parts_of(GMimeObject *object, int depth)
{
	GMimeMessage *message;

	if (GMIME_IS_MULTIPART(object)) {
		GMimeMultipart *multipart = GMIME_MULTIPART(object);

		for (int i = g_mime_multipart_get_count(multipart); i-- > 0;)
			push(g_mime_multipart_get_part(multipart, i), depth + 1);
	} else if (GMIME_IS_MESSAGE_PART(object)) {
		message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
		if (message) push(g_mime_message_get_mime_part(message), depth + 1);
	}
}

static void print_string(const char *s)
{
	putchar('"');
	for (; s && *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
			putchar(c);
		else
			printf("\\u%04x", c);
	}
	putchar('"');
}

static void print_part(struct place at)
{
	GMimeContentType *type = g_mime_object_get_content_type(at.object);
	char *name = g_mime_content_type_get_mime_type(type);

	printf("[%d,", at.depth);
	print_string(name);
	printf(",%ld]", content_size(at.object));
	g_free(name);
}

static void print_tree(const char *path, GMimeMessage *message)
{
	const char *comma = "";

	printf("{\"file\":");
	print_string(path);
	printf(",\"parts\":[");
	waiting = 0;
	push(message ? g_mime_message_get_mime_part(message) : NULL, 0);
	while (waiting) {
		struct place at = stack[--waiting];

		printf("%s", comma);
		print_part(at);
		push_parts_of(at.object, at.depth);
		comma = ",";
	}
	puts("]}");
}

int main(int argc, char **argv)
{
	g_mime_init();
	for (int i = 1; i < argc; i++) {
		GMimeStream *stream = g_mime_stream_file_open(argv[i], "rb", NULL);
		GMimeParser *parser = g_mime_parser_new_with_stream(stream);
		GMimeMessage *message;

		g_mime_parser_set_persist_stream(parser, TRUE);
		message = g_mime_parser_construct_message(parser, NULL);
		print_tree(argv[i], message);
		if (message) g_object_unref(message);
		g_object_unref(parser);
		g_object_unref(stream);
	}
	return 0;
}

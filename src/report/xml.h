/*
 * xml.h - a small pull parser for XML 1.0 that a machine wrote
 *
 * Elements and text, one event at a time, for reports about mail. What such a document
 * does not need is refused: a document type, and with it all entities but the five of the
 * standard, so that nothing can grow. Attributes, comments and processing instructions
 * are passed over; prefixes of names, too, for only the local part tells anything here.
 *
 * No copies and no recursion: slices lie in the document. Depth XML_DEPTH_MAX.
 */
#pragma once

#include "base/buf.h"

enum { XML_DEPTH_MAX = 32 };

enum xml_event {
	XML_START, /* name is that of the element that begins */
	XML_END,   /* the same of one that ends */
	XML_TEXT,  /* between two other events; text for xml_text_add */
	XML_DONE,  /* the root element has ended, and nothing follows */
	XML_BAD,   /* it is not well formed, or too deep; for good */
};

struct xml {
	slice rest;
	slice open[XML_DEPTH_MAX]; /* names of the elements that are open, with prefix */
	uint32_t depth;
	bool closes;   /* the last start was an empty element: its end is next */
	bool has_root; /* the root element has begun */
	bool is_bad;
	slice name;      /* of START and END: without prefix */
	slice text;      /* of TEXT: as written */
	bool is_literal; /* of TEXT: from a CDATA section */
};

void xml_init(struct xml *x, slice document);
enum xml_event xml_next(struct xml *x);
/* Appends the text of the last TEXT with its references resolved. False: one of them is
 * none that XML knows by itself, or out is full. */
bool xml_text_add(const struct xml *x, struct buf *out);

/* Appends text as the content of an element; characters that XML has not, and octets that
 * are not UTF-8, become "?". */
bool xml_add_escaped(struct buf *out, slice text);
/* <name>text</name> and a line end; nothing for an empty text. */
void xml_add_element(struct buf *out, const char *name, slice text);

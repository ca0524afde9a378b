#include "report/xml.h"

#include "base/test.h"

/* The events as text: "<a" "a>" for ends, other text between bars, "!" for BAD. */
static void check_events(const char *document, const char *want)
{
	struct xml x;
	struct buf got;
	enum xml_event event;

	buf_init(&got, 4096);
	xml_init(&x, slice_of(document));
	do {
		event = xml_next(&x);
		if (event == XML_START) buf_addf(&got, "<%.*s ", FMT(x.name));
		if (event == XML_END) buf_addf(&got, "%.*s> ", FMT(x.name));
		if (event == XML_TEXT) {
			buf_add_char(&got, '|');
			if (!xml_text_add(&x, &got)) buf_add_char(&got, '?');
			buf_add(&got, S("| "));
		}
	} while (event != XML_DONE && event != XML_BAD);
	buf_add_char(&got, event == XML_BAD ? '!' : '.');
	CHECK_SLICE(buf_slice(&got), slice_of(want));
	buf_done(&got);
}

TEST(xml_events)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "<a/>", "<a a> ." },
		{ "<?xml version='1.0'?>\n<!-- x -->\n<a>\n</a>\n", "<a |\n| a> ." },
		{ "\xef\xbb\xbf<a b=\"1\" c = '2' ><d:e/>t</a >", "<a <e e> |t| a> ." },
		{ "<a>&lt;&amp;&#65;&#x42;</a>", "<a |<&AB| a> ." },
		{ "<a>&bomb;</a>", "<a |?| a> ." },
		{ "<a>&#0;</a>", "<a |?| a> ." },
		{ "<a>&#xd800;</a>", "<a |?| a> ." },
		{ "<a><![CDATA[<&]]></a>", "<a |<&| a> ." },
		{ "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "!" },
		{ "", "!" },
		{ "text", "!" },
		{ "<a>", "<a !" },
		{ "<a></b>", "<a !" },
		{ "<a/><b/>", "<a a> !" },
		{ "<a/>x", "<a a> !" },
		{ "<a b></a>", "!" },
		{ "<a b='<'/>", "!" },
		{ "<1/>", "!" },
		{ "<a><!-- -</a>", "<a !" },
		{ "<a><![CDATA[</a>", "<a !" },
	};

	for (size_t i = 0; i < countof(t); i++)
		check_events(t[i].in, t[i].want);
}

TEST(xml_too_deep)
{
	struct buf deep;
	struct xml x;
	enum xml_event event = XML_START;
	uint32_t starts = 0;

	buf_init(&deep, 4096);
	for (int i = 0; i < 100; i++)
		buf_add(&deep, S("<a>"));
	xml_init(&x, buf_slice(&deep));
	while ((event = xml_next(&x)) == XML_START)
		starts++;
	CHECK_INT(event, XML_BAD);
	CHECK_INT(starts, XML_DEPTH_MAX);
	CHECK_INT(xml_next(&x), XML_BAD);
	buf_done(&deep);
}

TEST(xml_bad_for_good)
{
	struct xml x;

	xml_init(&x, S("<a/ >"));
	CHECK_INT(xml_next(&x), XML_BAD);
	CHECK_INT(xml_next(&x), XML_BAD);
}

TEST(xml_escaped)
{
	struct buf out;

	buf_init(&out, 4096);
	xml_add_element(&out, "a", S("<&>\x01\xff\xc3\xa9"));
	xml_add_element(&out, "b", S(""));
	CHECK_SLICE(buf_slice(&out), S("<a>&lt;&amp;&gt;??\xc3\xa9</a>\n"));
	buf_done(&out);
}

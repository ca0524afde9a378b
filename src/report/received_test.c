#include "report/received.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "report/aggregate.h"

struct fixture {
	struct arena arena, mime;
	struct buf json;
	struct ledger_received got;
};

static void init(struct fixture *f)
{
	arena_init(&f->arena, AGGREGATE_ARENA_MAX);
	arena_init(&f->mime, MIME_ARENA_MAX);
	buf_init(&f->json, RECEIVED_JSON_MAX);
}

static void done(struct fixture *f)
{
	arena_done(&f->arena);
	arena_done(&f->mime);
	buf_done(&f->json);
}

static bool read_slice(void *source, uint64_t offset, char *into, size_t n)
{
	const slice *s = source;

	memcpy(into, s->p + offset, n);
	return true;
}

static enum err find(struct fixture *f, slice message)
{
	return received_find(mime_parse(&f->mime, message), read_slice, &message, 1,
			     &f->arena, &f->json, &f->got);
}

TEST(received_failure)
{
	struct fixture f;

	init(&f);
	CHECK_INT(find(&f, S("MIME-Version: 1.0\r\n"
			     "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
			     "Content-Type: message/feedback-report\r\n\r\n"
			     "Feedback-Type: auth-failure\r\nUser-Agent: Some/1.0\r\n"
			     "Version: 1\r\nReported-Domain: a.test\r\n"
			     "Authentication-Results: x.test;\r\n dmarc=fail\r\n"
			     "Source-IP: 192.0.2.1\r\n\r\n--b--\r\n")),
		  ERR_NONE);
	CHECK_INT(f.got.kind, REPORT_FAILURE);
	CHECK_SLICE(f.got.domain, S("a.test"));
	CHECK_SLICE(f.got.reporter, S("Some"));
	CHECK(slice_find(f.got.json, S("\"source\":\"192.0.2.1\"")) < f.got.json.n);
	done(&f);
}

TEST(received_none)
{
	struct fixture f;

	init(&f);
	CHECK_INT(find(&f, S("Subject: hello\r\n\r\nhello\r\n")), ERR_NOT_FOUND);
	CHECK_INT(find(&f, S("Content-Type: text/xml\r\n\r\n<html/>\r\n")),
		  ERR_MALFORMED);
	done(&f);
}

static void read_files(const char *pattern, int least, bool is_message)
{
	char *folder = test_data_path("dmarc-reports"), path[4096];
	glob_t files;
	int good = 0;

	if (!folder) {
		TEST_SKIP();
		return;
	}
	snprintf(path, sizeof(path), "%s/%s", folder, pattern);
	free(folder);
	CHECK_INT(glob(path, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct fixture f;
		slice text = test_read_file(files.gl_pathv[i]);

		init(&f);
		good += (is_message ? find(&f, text)
				    : received_read(REPORT_DMARC, text, 1, &f.arena,
						    &f.json, &f.got)) == ERR_NONE;
		done(&f);
		free((char *)(uintptr_t)text.p);
	}
	if (good < least) print_message("%s: %d of %zu\n", pattern, good, files.gl_pathc);
	CHECK(good >= least);
	globfree(&files);
}

TEST(received_of_others_in_messages)
{
	read_files("mail-auth/1*.eml", 4, true);
}

TEST(received_of_others_as_xml)
{
	read_files("*/*.xml", 12, false);
}

TEST(received_of_others_in_odd_messages)
{
	read_files("parsedmarc/*.eml", 3, true);
}

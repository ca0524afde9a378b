/* DKIM on the messages of public test data. */
#include <stdlib.h>

#include "base/test.h"
#include "mailauth/fixture_test.h"

static slice read_data(const char *folder, const char *name)
{
	char path[200];
	char *whole;
	slice octets;

	snprintf(path, sizeof(path), "dkim/%s/%s", folder, name);
	whole = test_data_path(path);
	if (!whole) TEST_SKIP();
	octets = test_read_file(whole);
	free(whole);
	return octets;
}

static void check_verdicts(slice text, struct dns_answers *zone, int64_t now,
			   const char *want)
{
	char got[100];

	test_dkim_verdicts(text, zone, now, got);
	CHECK_SLICE(slice_of(got), slice_of(want));
}

TEST(dkim_corpus_chasquid)
{
	static const struct {
		const char *message, *zone, *want;
	} t[] = {
		{ "01-rfc8463.msg", "01-rfc8463.dns", "pass pass" },
		{ "02-too_many_headers.msg", "01-rfc8463.dns",
		  "pass pass pass pass pass pass pass" },
		{ "04-bad_dkim_signature_header.msg", "01-rfc8463.dns", "neutral" },
		{ "05-dns_temp_error.msg", "05-dns_temp_error.dns", "temperror pass" },
		{ "06-dns_perm_error.msg", "06-dns_perm_error.dns", "permerror pass" },
		{ "01-rfc8463.msg", "07-algo_mismatch.dns", "pass pass" },
		{ "08-our_signature.msg", "08-our_signature.dns", "pass pass pass" },
		{ "09-limited_body.msg", "08-our_signature.dns", "pass pass pass" },
		{ "01-rfc8463.msg", "10-strict_domain_check_pass.dns", "pass pass" },
		{ "11-strict_domain_check_fail.msg", "11-strict_domain_check_fail.dns",
		  "permerror" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice message = read_data("chasquid", t[i].message);
		slice zone_text = read_data("chasquid", t[i].zone);
		struct dns_answers zone;

		dns_answers_init(&zone);
		test_zone_read(&zone, zone_text);
		check_verdicts(message, &zone, 1709341950, t[i].want);
		dns_answers_done(&zone);
		free((void *)(uintptr_t)message.p);
		free((void *)(uintptr_t)zone_text.p);
	}
}

/* NAME TEXT a line, an empty line, the message. */
TEST(dkim_corpus_mail_auth)
{
	static const struct {
		const char *name, *want;
	} t[] = {
		{ "001.txt", "pass pass" }, { "002.txt", "pass" },
		{ "003.txt", "pass pass" }, { "004.txt", "pass" },
		{ "005.txt", "pass" },      { "006.txt", "pass" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice text = read_data("mail-auth", t[i].name);
		slice rest = text;
		struct dns_answers zone;
		slice line, name;

		dns_answers_init(&zone);
		while (take_until(&rest, '\n', &line) && slice_trim(line).n)
			if (take_word(&line, &name))
				test_zone_add(&zone, name, slice_trim(line));
		check_verdicts(rest, &zone, 1667843700, t[i].want);
		dns_answers_done(&zone);
		free((void *)(uintptr_t)text.p);
	}
}

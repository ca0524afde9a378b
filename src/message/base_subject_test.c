#include "message/base_subject.h"

#include "base/test.h"

TEST(base_subject)
{
	static const struct {
		const char *subject, *base;
		bool is_reply;
	} t[] = {
		{ "", "", false },
		{ "hello", "hello", false },
		{ "  hello \t there  ", "hello there", false },
		{ "Re: hello", "hello", true },
		{ "RE : hello", "hello", true },
		{ "re[2]: hello", "hello", true },
		{ "Re [list] : Fwd: FW: hello", "hello", true },
		{ "Fwdx: hello", "Fwdx: hello", false },
		{ "reply: hello", "reply: hello", false },
		{ "hello (fwd) (FWD) ", "hello", true },
		{ "(fwd)", "", true },
		{ "[list] hello", "hello", false },
		{ "[list] [other] hello", "hello", false },
		{ "[list] Re: hello", "hello", true },
		{ "Re: [list] Re: [list] hello", "hello", true },
		{ "[list]", "[list]", false },
		{ "[one] [two]", "[two]", false },
		{ "Re: [list]", "[list]", true },
		{ "[list] [open", "[open", false },
		{ "[Fwd: hello]", "hello", true },
		{ "[fwd: Re: [list] hello (fwd)] (fwd)", "hello", true },
		{ "[fwd:[fwd:[fwd: x]]]", "x", true },
		{ "[fwd: x", "[fwd: x", false },
		{ "Re:", "", true },
		{ "Re: Re:", "", true },
		{ "re", "re", false },
		{ "hello [list]", "hello [list]", false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct buf out;
		bool is_reply;

		buf_init(&out, 1000);
		base_subject(slice_of(t[i].subject), &out, &is_reply);
		CHECK_SLICE(buf_slice(&out), slice_of(t[i].base));
		CHECK_INT(is_reply, t[i].is_reply);
		buf_done(&out);
	}
}

/* Twice the length is about twice the time: this would take hours otherwise. */
TEST(base_subject_is_linear)
{
	static const char *const parts[] = { "[a]",   "re:", "[fwd:", "[a]re[b]:",
					     "(fwd)", "[",   "[a][" };

	for (size_t i = 0; i < countof(parts); i++) {
		struct buf subject, out;
		bool is_reply;

		buf_init(&subject, 2'000'000);
		buf_init(&out, 2'000'000);
		while (buf_add(&subject, slice_of(parts[i])))
			;
		base_subject(buf_slice(&subject), &out, &is_reply);
		CHECK(out.n <= subject.n);
		buf_done(&subject);
		buf_done(&out);
	}
}

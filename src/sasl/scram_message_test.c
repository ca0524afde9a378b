#include "sasl/scram_message.h"

#include "base/test.h"

TEST(scram_client_first_grammar)
{
	static const struct {
		slice message;
		bool ok;
	} t[] = {
		{ SLICE_INIT("n,,n=u,r=x"), true },
		{ SLICE_INIT("n,a=me,n=u,r=x,e=1,f=2"), true },
		{ SLICE_INIT("p=tls-exporter,,n=u,r=x"), true },
		{ SLICE_INIT("p=,,n=u,r=x"), false },
		{ SLICE_INIT("p=tls exporter,,n=u,r=x"), false },
		{ SLICE_INIT("p,,n=u,r=x"), false },
		{ SLICE_INIT("F,n,,n=u,r=x"), false },
		{ SLICE_INIT("n,n=u,r=x"), false },
		{ SLICE_INIT("n,b=me,n=u,r=x"), false },
		{ SLICE_INIT("n,a=,n=u,r=x"), false },
		{ SLICE_INIT("n,,n=,r=x"), false },
		{ SLICE_INIT("n,,n=u,r="), false },
		{ SLICE_INIT("n,,r=x,n=u"), false },
		{ SLICE_INIT("n,,n=u,r=x,"), false },
		{ SLICE_INIT("n,,n=u,r=x,m=1"), false },
		{ SLICE_INIT("n,,n=u,r=x,f="), false },
		{ SLICE_INIT("n,,n=u,r=x,1=2"), false },
		{ SLICE_INIT("n,,n=u,r=x y"), false },
		{ SLICE_INIT("n,,n=u,r=x\0"), false },
		{ SLICE_INIT(""), false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct scram_client_first got;

		CHECK_INT(scram_read_client_first(t[i].message, &got), t[i].ok);
	}
}

TEST(scram_server_first_grammar)
{
	static const struct {
		slice message;
		bool ok;
	} t[] = {
		{ SLICE_INIT("r=x,s=YWJj,i=4096"), true },
		{ SLICE_INIT("r=x,s=YWJj,i=1,a=b"), true },
		{ SLICE_INIT("r=x,s=YWJj,i=0"), false },
		{ SLICE_INIT("r=x,s=YWJj,i=04096"), false },
		{ SLICE_INIT("r=x,s=YWJj,i=4096x"), false },
		{ SLICE_INIT("r=x,s=YWJj,i=99999999999"), false },
		{ SLICE_INIT("r=x,i=4096,s=YWJj"), false },
		{ SLICE_INIT("r=x,s=,i=4096"), false },
		{ SLICE_INIT("m=1,r=x,s=YWJj,i=4096"), false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct scram_server_first got;

		CHECK_INT(scram_read_server_first(t[i].message, &got), t[i].ok);
	}
}

TEST(scram_final_grammar)
{
	static const struct {
		slice message;
		bool client, server;
	} t[] = {
		{ SLICE_INIT("c=biws,r=x,p=cHJvb2Y="), true, false },
		{ SLICE_INIT("c=biws,r=x,e=p=1,p=cHJvb2Y="), true, false },
		{ SLICE_INIT("c=biws,r=x,p=cHJvb2Y=,e=1"), false, false },
		{ SLICE_INIT("c=biws,r=x,m=1,p=cHJvb2Y="), false, false },
		{ SLICE_INIT("c=biws,r=x"), false, false },
		{ SLICE_INIT("c=biws,r=x,p="), false, false },
		{ SLICE_INIT("v=dg=="), false, true },
		{ SLICE_INIT("v=dg==,x=y"), false, true },
		{ SLICE_INIT("e=invalid-proof"), false, true },
		{ SLICE_INIT("v="), false, false },
		{ SLICE_INIT("v=dg==,m=1"), false, false },
		{ SLICE_INIT("v"), false, false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct scram_client_final client;
		struct scram_server_final server;

		CHECK_INT(scram_read_client_final(t[i].message, &client), t[i].client);
		CHECK_INT(scram_read_server_final(t[i].message, &server), t[i].server);
	}
}

TEST(scram_message_too_long)
{
	static char bytes[SCRAM_MESSAGE_MAX + 1] = "n,,n=u,r=x,e=";
	struct scram_client_first got;

	for (size_t i = 13; i < sizeof(bytes); i++)
		bytes[i] = 'x';
	CHECK(scram_read_client_first((slice){ bytes, SCRAM_MESSAGE_MAX }, &got));
	CHECK(!scram_read_client_first((slice){ bytes, SCRAM_MESSAGE_MAX + 1 }, &got));
}

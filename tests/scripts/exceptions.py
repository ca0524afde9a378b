"""exceptions.py - where a script asks for what a standard does not, or for its own server's ways

A row: the script, the part of a command that it is about ("" is all of the script, which is then
not played), the status that is right in place of the script's answers, and why.
"""

import fnmatch

OK, NO, BAD = "OK", "NO", "BAD"
EMPTY_LIST = "FETCH () names no item: the grammar asks for one (RFC 9051 9, fetch)"
ORDER = "parameters are the message's, in its order and without a default charset (RFC 9051 7.5.2)"
GREETING = "a command that is none gets BAD, and the session goes on (RFC 9051 7.1.3)"
NAMES = "about James's namespaces #private, #user and #any; ours are told by NAMESPACE (RFC 2342 5)"
ACROSS = "a mailbox stays in the account it is in, whose quota it is under (RFC 9051 6.3.6: NO)"
WITHOUT_S = "\\Seen is not kept without the right s (RFC 4314 4)"
OWNER = "the owner has all rights, always (RFC 4314 2.1: what users have is the server's policy)"

TABLE = [
    # ImapTest's
    ("append-binary", "binary.size[1]", OK, "the text it shows is an octet shorter than its own size (RFC 3516 4.2)"),
    ("esearch", " 1000", BAD, "a number beyond the last message's is refused (RFC 9051 9, seq-number)"),
    ("search-partial", "partial 4:2", OK, "the range in the answer is the requested one (RFC 9394 4)"),
    ("sort-partial", "partial 4:2", OK, "the range in the answer is the requested one (RFC 5267 5)"),
    # James's: syntax that the standards do not know
    ("AuthenticatePlain", "", "", "sends the response of AUTHENTICATE as a literal (RFC 9051 6.2.2)"),
    ("FetchAllEmptyMailbox", "FETCH ", BAD, "no number is valid in an empty mailbox (RFC 9051 9, seq-number)"),
    ("FetchMultipartBodyStructure", " ()", BAD, EMPTY_LIST),
    ("FetchPartial", " (PARTIAL ", BAD, "PARTIAL is a modifier of UID FETCH alone (RFC 9394 3.3)"),
    ("FetchSimpleBodyStructure", " ()", BAD, EMPTY_LIST),
    ("FetchSingleMessage", "(ALL)", BAD, "a macro stands alone, not in parentheses (RFC 9051 6.4.5)"),
    ("FetchSingleMessage", "(FAST)", BAD, "a macro stands alone, not in parentheses (RFC 9051 6.4.5)"),
    ("FetchSingleMessage", "(FULL)", BAD, "a macro stands alone, not in parentheses (RFC 9051 6.4.5)"),
    ("FetchStructureComplex", " ()", BAD, EMPTY_LIST),
    ("Metadata", "", "", "GETMETADATA without entries and spaces before ) (RFC 5464 5)"),
    ("MetadataWithBinaryData", "", "", "GETMETADATA without entries (RFC 5464 5)"),
    ("MetadataWithLimitation", "", "", "about James's limits of 1024 octets and a few entries (RFC 5464 4.3)"),
    ("Status", "(  MESSAGES  )", BAD, "spaces inside the parentheses (RFC 9051 9, status)"),
    ("Status", " )", BAD, "spaces inside the parentheses (RFC 9051 9, status)"),
    ("SearchAtoms", "(PARTIAL -5:-1)", OK, "the range in the answer is the requested one (RFC 9394 4)"),
    ("SearchCombinations", "( ", BAD, "spaces inside the parentheses (RFC 9051 9, search-key)"),
    ("UidSearchCombinations", "( ", BAD, "spaces inside the parentheses (RFC 9051 9, search-key)"),
    ("XList", "", "", "XLIST is no standard's; LIST has SPECIAL-USE (RFC 6154 2)"),
    # James's: what the standards leave to the server
    ("AppendExamineInbox", "RENAME INBOX", OK, "the selected INBOX loses its messages: EXPUNGE (RFC 9051 6.3.6, 7.5.1)"),
    ("BadTag", "", "", GREETING),
    ("BogusCommand", "", "", GREETING),
    ("IllegalTag", "", "", GREETING),
    ("JustTag", "", "", GREETING),
    ("NoCommand", "", "", GREETING),
    ("NoTag", "", "", GREETING),
    ("ConcurrentDeleteSelected", "", "", "BYE to who has a mailbox selected that is deleted: one way of several (RFC 2180 3)"),
    ("ConcurrentExistsResponse", "STORE 1 ", BAD, "a message that this session was not told of yet (RFC 9051 9, seq-number)"),
    ("ConcurrentExistsResponse", "CREATE another", OK, "what that STORE would have set is not told"),
    ("CondstoreDisable", "", "", "of a server without CONDSTORE (RFC 7162 3.1)"),
    ("Create", "CREATE ..", OK, "its separator is \".\": ours is not, and the name is one (RFC 9051 5.1.1)"),
    ("Create", "one&AC4-two", NO, "modified UTF-7 has no \".\" in BASE64 (RFC 3501 5.1.3)"),
    ("Create", " one*", OK, "a name's own dot separates nothing (RFC 9051 5.1.1)"),
    ("Create", "DELETE one", NO, "so that name was not made (RFC 9051 6.3.5)"),
    ("CreateErrorWithLongName", "", "", "about James's limit of 200 octets (RFC 9051 5.1 sets none)"),
    ("FetchInternalDate", "INTERNALDATE", OK, "the date keeps the zone that it was given (RFC 9051 2.3.3)"),
    ("FetchNILSaveDate", "", "", "of messages without a save date; ours all have one (RFC 8514 4.2)"),
    ("FetchRFC822Header", "BODY[1.TEXT]", OK, "TEXT of a part that is no message: NIL (RFC 9051 6.4.5.1)"),
    ("FetchRFC822Header", "BODY[1.HEADER]", OK, "HEADER of a part that is no message: NIL (RFC 9051 6.4.5.1)"),
    ("FetchMultipartBodyStructure", "BODY BODYSTRUCTURE", OK, ORDER),
    ("FetchStructureComplex", "BODY BODYSTRUCTURE", OK, ORDER),
    ("FetchStructureEmbedded", "BODYSTRUCTURE", OK, ORDER),
    ("Id", ",", BAD, "commas between the fields (RFC 2971 4)"),
    ("Id", " 102.7.1)", BAD, "an atom where a string must stand (RFC 2971 4)"),
    ("Id", "ID ", OK, "what a server tells of itself is its own (RFC 2971 3.2)"),
    ("ListSubscribed", "RECURSIVEMATCH", OK, "a superior of subscribed names has CHILDINFO (RFC 5258 3.5)"),
    ("ListWithPercentWildcardInMailboxName", "", "", "% and * are wildcards: such names we refuse (RFC 9051 5.1)"),
    ("LoginThreeStrikes", "", "", "how many logins may fail before BYE is the server's choice (RFC 9051 11.7)"),
    ("MoveNoMSG", "UID MOVE 1", OK, "a UID that is not there is passed over (RFC 9051 6.4.9)"),
    ("RenameHierarchy", "DELETE alpha", OK, "RENAME made the superior alpha too (RFC 9051 6.3.6)"),
    ("RenameInbox", "SELECT INBOX", OK, "UIDs go on with the UIDVALIDITY (RFC 9051 2.3.1.1)"),
    ("Replace", "REPLACE", OK, "EXPUNGE and EXISTS come in any order, EXISTS counts what is there (RFC 8508 3.4)"),
    ("SearchOptionSave", "(SAVE)", OK, "with SAVE alone there is no untagged answer (RFC 5182 2.1)"),
    ("SearchAtoms", "BODY thy", OK, "the header of a message inside is body, and has Timothy (RFC 9051 6.4.4)"),
    ("UidSearchAtoms", "BODY thy", OK, "the header of a message inside is body, and has Timothy (RFC 9051 6.4.4)"),
    ("UserFlagsSupport", "STORE 1 ", OK, "FLAGS tells of a new keyword, \\* is still in PERMANENTFLAGS (RFC 9051 7.1)"),
    ("UserFlagsSupport", "APPEND ", OK, "FLAGS tells of a new keyword, \\* is still in PERMANENTFLAGS (RFC 9051 7.1)"),
    ("RenameSharedMailbox", " ownerChild1", NO, ACROSS),
    ("Rights", "LISTRIGHTS INBOX r", NO, "an identifier is somebody's address, or anyone (RFC 4314 2)"),
    ("aclIntegration/ACLIntegrationCopyWithoutS", "FETCH", OK, WITHOUT_S),
    ("aclIntegration/ACLIntegrationRightI", "FETCH", OK, WITHOUT_S),
    ("aclIntegration/ACLIntegrationRightIT", "FETCH", OK, WITHOUT_S),
    ("aclIntegration/ACLIntegrationRightIW", "FETCH", OK, WITHOUT_S),
    ("aclIntegration/ACLIntegrationRightK", "RENAME", NO, ACROSS),
    ("aclIntegration/ACLIntegrationRightK", "MYRIGHTS user.imapuser", OK, OWNER),
    ("aclIntegration/ACLIntegrationRightX", "RENAME", NO, ACROSS),
    ("aclIntegration/ACLIntegrationWithoutRightA", "LISTRIGHTS", NO, "LISTRIGHTS takes the right a (RFC 4314 4)"),
    ("aclIntegration/ACLIntegrationWithoutRightI", "", "", "NO before the octets: when is the server's choice (RFC 9051 4.3)"),
    ("aclIntegration/ACLIntegrationWithoutRightK", "MYRIGHTS user.imapuser", OK, OWNER),
    ("aclIntegration/ACLIntegrationWithoutRightL", "SUBSCRIBE", OK, "the right l is asked for only by who checks the name (RFC 4314 4)"),
    ("aclIntegration/ACLIntegrationWithoutRightL", "LSUB", OK, "so it is subscribed to (RFC 4314 4)"),
    # James's: names and accounts of its own
    ("ListNamespace", "", "", NAMES),
    ("ListWithSharedMailbox", '"#private"', OK, NAMES),
    ("ListWithSharedMailbox", '"*"RETURN', BAD, "no space before RETURN (RFC 9051 9, list)"),
    ("Namespace", "", "", NAMES),
    ("Quota", "", "", "the root's name and limits are its harness's (RFC 9208 3.2)"),
    ("SelectThenFetchWithExistingMessages", "", "", "logs in as imapuser@domain to a mailbox filled before"),
    ("SharedMailbox", "", "", NAMES),
    ("ValidateDeployment", "", "", "logs in as imapuser@domain: for a James that is installed"),
]


def whole(script):
    """Why it is not played, or None; a name that ends with * is the beginning of several."""
    return next((why for name, part, _, why in TABLE if not part and fnmatch.fnmatchcase(script, name)), None)


def status(script, command):
    """The status that is right instead, or None."""
    return next((right for name, part, right, _ in TABLE if name == script and part and part in command), None)

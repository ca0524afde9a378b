-- What emails are filtered and sorted by most, without their texts: JMAP looks at all of
-- an account, and the rows of emails are wide.

CREATE INDEX email_by_received
	ON email (received, id, thread, sent, size, has_attachment);

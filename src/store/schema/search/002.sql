-- HTML is indexed as it is read, too: what was indexed before lacks those terms.

DELETE FROM state;
DELETE FROM segment;
DELETE FROM block;

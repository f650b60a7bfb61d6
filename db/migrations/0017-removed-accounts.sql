-- Operations keep the id of the bank account that they were asked with when its owner has unlinked it. The id then names
-- nothing, which is what refuses a payout that still waits; nulled, it would ask for no account at all.
alter table operations drop constraint operations_bank_account_id_fkey;

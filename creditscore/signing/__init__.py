"""Signatures: who vouches for a record, a report, a model or a policy, and whether they are trusted.

Ed25519 (RFC 8032). What is signed is never the bytes alone but the schema of signatures, the kind of thing,
its SHA-256, the moment and the key, so that no signature serves for anything else.

>>> from creditscore.signing.keys import SigningKey
>>> from creditscore.signing.signatures import check, sign
>>> from creditscore.signing.trust import Trust
>>> key = SigningKey.new("lender.example")
>>> signature = sign("policy", b"the policy", key)
>>> str(check("policy", b"the policy", signature, Trust.of(key)))
'signed by lender.example'
>>> check("policy", b"another", signature, Trust.of(key)).verdict
'bad_signature'
>>> check("record", b"the policy", signature, Trust.of(key)).verdict
'bad_signature'
"""

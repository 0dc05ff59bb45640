"""Operations compiled: run level by level over whole lists, as graphql-core would answer them.

A plan answers queries, and the payloads of mutations and of subscriptions' events, where nothing
goes wrong. Whatever it does not know and whatever goes wrong is graphql-core's to answer.
"""
